import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { day } from '#server/store/secrets/trash-store.ts'
import { failureOf, given, type Opened } from './contract-team.ts'
import { historyAt as at, historyTeams, keptHere } from './history-team.ts'

/** Tests deleted secrets. */
export const trashContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`the trash of a ${label} store`, () => {
    const newTeam = historyTeams(open)

    it('keeps a deleted secret until it is restored with its versions, unchanged but for its ETag', async () => {
      const { store, teamId, team, set, remove, trash, versions, value, owner, trail } = await newTeam()
      await set('A', 'one')
      const before = await set('A', 'two', { at: at + 1000 })
      const history = await versions('A')
      const { id, expiresAt } = await remove('A', at + 2000)
      expect(expiresAt).toBe(new Date(at + 2000 + keptHere.trashDays * day).toISOString())
      expect(await trash()).toEqual([
        {
          id,
          expiresAt,
          name: 'A',
          version: 2,
          versions: 2,
          dtDeleted: new Date(at + 2000).toISOString(),
          deletedBy: owner,
        },
      ])
      expect(await store.listSecrets(teamId, team, {})).toMatchObject({ items: [], total: 0 })
      const restored = await store.restoreTrashed(teamId, team, id, { by: owner, at: at + 3000 })
      expect(restored).toEqual({ ...before, etag: restored.etag })
      expect(restored.etag).not.toBe(before.etag)
      expect(await store.secret(teamId, team, 'A')).toEqual(restored)
      expect(await store.listSecrets(teamId, team, {})).toMatchObject({ items: [restored], total: 1 })
      expect(await versions('A')).toEqual(history)
      expect([await value('A'), await trash()]).toEqual(['two', []])
      expect((await trail()).slice(0, 2)).toEqual([
        ['secret.restore', 'A', 'from the trash'],
        ['secret.delete', 'A', null],
      ])
      expect((await failureOf(store.restoreTrashed(teamId, team, id, { by: owner, at }))).code).toBe('NOT_FOUND')
    })

    it('lists several deletions of one name, newest first, page by page', async () => {
      const { store, teamId, team, set, remove } = await newTeam()
      const ids: string[] = []
      for (let time = 0; time < 5; time++) {
        await set(time === 2 ? 'B' : 'A', `value ${time}`)
        ids.unshift((await remove(time === 2 ? 'B' : 'A', at + Math.floor(time / 2))).id)
      }
      const walked: string[] = []
      for (let after: string | undefined | null; after !== null; ) {
        const page = await store.listTrash(teamId, team, { limit: 2, ...(after ? { after } : {}) })
        expect(page.total).toBe(5)
        walked.push(...page.items.map(({ id }) => id))
        after = page.nextPage
      }
      expect(walked.toSorted()).toEqual(ids.toSorted())
      const whole = await store.listTrash(teamId, team, {})
      expect(walked).toEqual(whole.items.map(({ id }) => id))
      const times = whole.items.map(({ dtDeleted }) => dtDeleted)
      expect(times).toEqual(times.toSorted().reverse())
      expect(await store.listTrash(teamId, team, { q: 'b' })).toMatchObject({ items: [{ name: 'B' }], total: 1 })
      expect((await failureOf(store.listTrash(teamId, team, { after: 'x' }))).code).toBe('BAD_REQUEST')
    })

    it('refuses to restore under a taken name in any case, and names the secret that has it', async () => {
      const { store, teamId, team, context, set, remove, value, trash } = await newTeam()
      await set('Api_Key', 'old')
      const { id } = await remove('Api_Key')
      for (const name of ['Api_Key', 'API_KEY']) {
        const taken = await set(name, 'new')
        const failure = await failureOf(store.restoreTrashed(teamId, team, id, context))
        expect([failure.code, failure.issues[0]?.existing]).toEqual(['CONFLICT', taken])
        expect((await failureOf(store.planRestoreTrashed(teamId, team, id, { at }))).code).toBe('CONFLICT')
        expect(await value(name)).toBe('new')
        await remove(name)
      }
      expect(await trash()).toHaveLength(3)
      expect(await store.restoreTrashed(teamId, team, id, context)).toMatchObject({ name: 'Api_Key' })
    })

    it('plans a restore with the restored version, and restores with that plan', async () => {
      const { store, teamId, team, context, set, remove, scope } = await newTeam()
      await set('A', 'one')
      await set('A', 'two')
      const { id } = await remove('A')
      const plan = await store.planRestoreTrashed(teamId, team, id, { at })
      const after = { version: 2, kind: 'team' }
      expect(plan).toMatchObject({ change: 'set', secret: null, affected: 1, outcomes: [{ before: null, after }] })
      await scope('project')
      const { code, issues } = await failureOf(store.restoreTrashed(teamId, team, id, { ...context, plan }))
      expect([code, issues[0]?.plan]).toMatchObject(['CONFLICT', { affected: 2 }])
      const now = await store.planRestoreTrashed(teamId, team, id, { at })
      expect(await store.restoreTrashed(teamId, team, id, { ...context, plan: now })).toMatchObject({ version: 2 })
    })

    it('restores the uses of a secret', async () => {
      const { store, teamId, team, context, owner, set, remove } = await newTeam()
      await set('A', 'one')
      const key = { id: newId('ak'), name: 'trainer' }
      const used = { pair: {}, secrets: [{ scopeId: teamId, name: 'A', version: 1 }] }
      await store.recordAll([{ teamId, context: { by: owner, key, at }, event: { action: 'workload.resolve' }, used }])
      const before = await store.lastUses(teamId, team, ['A'])
      expect(before.get('A')).toMatchObject({ key })
      const { id } = await remove('A')
      expect(await store.lastUses(teamId, team, ['A'])).toEqual(new Map())
      await store.restoreTrashed(teamId, team, id, context)
      expect(await store.lastUses(teamId, team, ['A'])).toEqual(before)
    })

    it('purges one secret, with an audit record', async () => {
      const { store, teamId, team, context, set, remove, trash, trail } = await newTeam()
      await set('A', 'one')
      await set('A', 'two')
      const { id } = await remove('A')
      await store.purgeTrashed(teamId, team, id, context)
      expect(await trash()).toEqual([])
      expect((await trail())[0]).toEqual(['secret.purge', 'A', 'from the trash, with 2 versions'])
      expect((await failureOf(store.purgeTrashed(teamId, team, id, context))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.restoreTrashed(teamId, team, id, context))).code).toBe('NOT_FOUND')
    })

    it('purges expired secrets and nothing else, with audit records by nobody', async () => {
      const [one, other] = [await newTeam(), await newTeam()]
      for (const { set, remove } of [one, other]) {
        for (const [index, name] of ['OLD', 'YOUNG'].entries()) {
          await set(name)
          await remove(name, at + index)
        }
      }
      await one.store.deleteExpired(at + keptHere.trashDays * day)
      for (const { store, teamId, trash, trail } of [one, other]) {
        expect((await trash()).map(({ name }) => name)).toEqual(['YOUNG'])
        expect((await trail())[0]).toEqual(['secret.purge', 'OLD', 'after 7 days in the trash'])
        const [record] = (await store.listAudit(teamId, {})).items
        expect(record).toMatchObject({ by: null, scope: { kind: 'team', id: teamId } })
      }
    })

    it('keeps secrets that were deleted with the clock a year ahead for the usual time', async () => {
      const { store, set, remove, trash, trail } = await newTeam()
      const later = at + 365 * day
      const kept = keptHere.trashDays * day
      for (const [name, time] of [
        ['BEFORE', at],
        ['AFTER', later],
      ] as const) {
        await set(name)
        await remove(name, time)
      }
      await store.deleteExpired(later)
      expect((await trash()).map(({ name }) => name)).toEqual(['AFTER'])
      await store.deleteExpired(later + kept - 1)
      expect((await trash()).map(({ name }) => name)).toEqual(['AFTER'])
      await store.deleteExpired(later + kept)
      expect(await trash()).toEqual([])
      const purged = (await trail()).filter(([action]) => action === 'secret.purge').map(([, name]) => name)
      expect(purged).toEqual(['AFTER', 'BEFORE'])
    })

    it('loses and revives nothing when the clock is set back by a year', async () => {
      const { store, teamId, team, owner, set, remove, trash, trail } = await newTeam()
      const earlier = at - 365 * day
      const kept = keptHere.trashDays * day
      for (const [name, time] of [
        ['GONE', at - kept],
        ['KEPT', at],
        ['RESTORED', at],
      ] as const) {
        await set(name)
        await remove(name, time)
      }
      await store.deleteExpired(at)
      const before = await trash()
      expect(before.map(({ name }) => name).toSorted()).toEqual(['KEPT', 'RESTORED'])

      await set('LATEST')
      await remove('LATEST', earlier)
      await store.deleteExpired(earlier)
      await store.deleteExpired(earlier + kept - 1)
      // Unchanged, with the expiry of each: it depends on the time of the delete, not on the current time.
      const after = await trash()
      expect(after.filter(({ name }) => name !== 'LATEST')).toEqual(before)
      expect(after.map(({ name }) => name)).toContain('LATEST')
      const { id = '' } = before.find(({ name }) => name === 'RESTORED') ?? {}
      expect(await store.restoreTrashed(teamId, team, id, { by: owner, at: earlier })).toMatchObject({ version: 1 })

      await store.deleteExpired(earlier + kept)
      expect((await trash()).map(({ name }) => name)).toEqual(['KEPT'])
      await store.deleteExpired(at + kept)
      expect(await trash()).toEqual([])
      const purged = (await trail()).filter(([action]) => action === 'secret.purge').map(([, name]) => name)
      expect(purged).toEqual(['KEPT', 'LATEST', 'GONE'])
    })

    it('is purged once by many concurrent sweeps, however large it is', async () => {
      const { store, set, remove, trash, trail } = await newTeam()
      const many = 120
      for (let index = 0; index < many; index++) {
        await set(`N${index}`)
        await remove(`N${index}`)
      }
      await Promise.all(Array.from({ length: 4 }, () => store.deleteExpired(at + keptHere.trashDays * day)))
      expect(await trash()).toEqual([])
      const purged = (await trail()).filter(([action]) => action === 'secret.purge').map(([, name]) => name)
      expect(purged).toHaveLength(120)
      expect(new Set(purged).size).toBe(120)
    })

    it('is deleted with its project or cluster', async () => {
      const { store, teamId, context, scope } = await newTeam()
      const { id: keyId } = await store.dataKey(teamId)
      for (const kind of ['project', 'cluster'] as const) {
        const place = await scope(kind)
        await store.writeSecret(teamId, place, { name: 'A', expect: 'any', ...context, ...given(keyId) })
        const { id } = await store.deleteSecret(teamId, place, 'A', context)
        await store.deleteScope(teamId, place, context)
        expect((await failureOf(store.listTrash(teamId, place, {}))).code).toBe('NOT_FOUND')
        expect((await failureOf(store.restoreTrashed(teamId, place, id, context))).code).toBe('NOT_FOUND')
      }
    })

    it('is visible in its own scope and team only', async () => {
      const [one, other] = [await newTeam(), await newTeam()]
      await one.set('A')
      const { id } = await one.remove('A')
      const web = await one.scope('project')
      const tries = [
        () => one.store.restoreTrashed(one.teamId, web, id, one.context),
        () => one.store.purgeTrashed(one.teamId, web, id, one.context),
        () => one.store.restoreTrashed(one.teamId, { kind: 'project', id: one.teamId }, id, one.context),
        () => other.store.restoreTrashed(other.teamId, other.team, id, other.context),
        () => other.store.purgeTrashed(other.teamId, other.team, id, other.context),
        () => other.store.restoreTrashed(other.teamId, one.team, id, other.context),
        () => other.store.listTrash(other.teamId, one.team, {}),
        () => other.store.listVersions(other.teamId, one.team, 'A', {}),
      ]
      for (const failing of tries) expect((await failureOf(failing())).code).toBe('NOT_FOUND')
      expect(await one.trash()).toHaveLength(1)
    })

    it('restores a secret for one of many concurrent requests', async () => {
      const { store, teamId, team, context, set, remove } = await newTeam()
      await set('A')
      const { id } = await remove('A')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => store.restoreTrashed(teamId, team, id, context)),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect((await store.listSecrets(teamId, team, {})).total).toBe(1)
    })
  })
}
