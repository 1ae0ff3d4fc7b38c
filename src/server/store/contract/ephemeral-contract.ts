import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { Sealed } from '#server/crypto/vault.ts'
import { maxEphemeral } from '#server/store/secrets/ephemeral-store.ts'
import type { Failure } from '#shared/failure.ts'
import type { Pair } from '#shared/workload/workload.ts'
import { type Opened, teamMaker } from './contract-team.ts'

/** Far from today: other tests delete expired rows of the same database. */
const at = 1_900_000_000_000
const hour = 3_600_000

/** Tests values that expire. */
export const ephemeralContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} store of ephemeral secrets`, () => {
    const makeTeam = teamMaker(open)

    const newTeam = async () => {
      const { store, teamId, owner } = await makeTeam()
      const keep = async (
        count = 1,
        { now = at, expiresAt = now + hour, limits = {} }: { now?: number; expiresAt?: number; limits?: Pair } = {},
      ) => {
        const ids = Array.from({ length: count }, () => newId('es'))
        const secrets = ids.map((id, index) => ({ id, name: `N${index}`, seal: async () => sealedAs(id, teamId) }))
        await store.keepEphemeral(teamId, { secrets, expiresAt, limits, by: owner, at: now })
        return ids
      }
      const codeOf = (id: string, now = at, pair: Pair = {}) =>
        store.sealedEphemeral(teamId, id, pair, now).then(() => 'found', codeOfFailure)
      return { store, teamId, keep, codeOf }
    }

    it('returns a sealed value with its data key until it expires', async () => {
      const { store, teamId, keep, codeOf } = await newTeam()
      const [id = ''] = await keep()
      const key = await store.dataKey(teamId)
      const found = await store.sealedEphemeral(teamId, id, {}, at)
      expect(found).toMatchObject({ key, sealed: { algorithm: 'A256GCM', keyId: key.id } })
      expect(new TextDecoder().decode(found.sealed.bytes)).toBe(id)
      expect(await codeOf(id, at + hour - 1)).toBe('found')
      expect(await codeOf(id, at + hour)).toBe('NOT_FOUND')
    })

    it('returns nothing to another team', async () => {
      const [{ keep }, stranger] = [await newTeam(), await newTeam()]
      const [id = ''] = await keep()
      expect(await stranger.codeOf(id)).toBe('NOT_FOUND')
    })

    it('returns a value of a limited key only for its project and cluster', async () => {
      const { keep, codeOf } = await newTeam()
      const here: Pair = { projectId: 'p', clusterId: 'c' }
      const codes = async (limits: Pair) => {
        const [id = ''] = await keep(1, { limits })
        const pairs: Pair[] = [here, { projectId: 'p' }, { clusterId: 'c' }, { projectId: 'q', clusterId: 'c' }, {}]
        return Promise.all(pairs.map((pair) => codeOf(id, at, pair)))
      }
      const [yes, no] = ['found', 'NOT_FOUND']
      expect(await codes(here)).toEqual([yes, no, no, no, no])
      expect(await codes({ projectId: 'p' })).toEqual([yes, yes, no, no, no])
      expect(await codes({ clusterId: 'c' })).toEqual([yes, no, yes, yes, no])
      expect(await codes({})).toEqual([yes, yes, yes, yes, yes])
    })

    it('deletes expired values of all teams, and nothing else', async () => {
      const [team, other] = [await newTeam(), await newTeam()]
      const [short = ''] = await team.keep(1, { expiresAt: at + 1 })
      const [long = ''] = await team.keep()
      const [others = ''] = await other.keep(1, { expiresAt: at + 1 })
      await team.store.deleteExpired(at + 1)
      expect([await team.codeOf(short), await team.codeOf(long), await other.codeOf(others)]).toEqual([
        'NOT_FOUND',
        'found',
        'NOT_FOUND',
      ])
    })

    it('deletes expired values whenever it stores one', async () => {
      const { keep, codeOf } = await newTeam()
      const [id = ''] = await keep(1, { expiresAt: at + 1 })
      await keep(1, { now: at + 1 })
      expect(await codeOf(id)).toBe('NOT_FOUND')
    })

    it('limits the values of a team, also concurrent ones, until some have expired', async () => {
      const { keep, codeOf } = await newTeam()
      await keep(maxEphemeral - 1)
      const sent = await Promise.allSettled([keep(), keep()])
      const [refused] = sent.flatMap((one) => (one.status === 'rejected' ? [one.reason as Failure] : []))
      expect(sent.filter(({ status }) => status === 'fulfilled').length).toBe(1)
      expect(refused).toMatchObject({ code: 'TOO_MANY_REQUESTS', retryAfter: hour / 1000 })
      const [id = ''] = await keep(1, { now: at + hour })
      expect(await codeOf(id, at + hour)).toBe('found')
    })

    it('records which name was stored until when', async () => {
      const { store, teamId, keep } = await newTeam()
      await keep(2)
      const { items } = await store.listAudit(teamId, { action: 'ephemeral.create' })
      const detail = `until ${new Date(at + hour).toISOString()}`
      expect(items).toMatchObject([
        { name: 'N1', detail },
        { name: 'N0', detail },
      ])
    })
  })
}

const codeOfFailure = (failure: Failure) => failure.code

const sealedAs = (text: string, teamId: string): Sealed => ({
  algorithm: 'A256GCM',
  keyId: `dk-${teamId}`,
  bytes: new TextEncoder().encode(text),
})
