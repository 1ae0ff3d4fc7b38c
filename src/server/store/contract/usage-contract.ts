import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { given, type Opened, teamMaker } from '#server/store/contract/contract-team.ts'
import { usageRetention } from '#server/store/workloads/record-uses.ts'
import type { Scope } from '#shared/scope.ts'
import { minUseInterval } from '#shared/workload/secret-use.ts'
import type { Pair } from '#shared/workload/workload.ts'

const at = 1_800_000_000_000
const iso = (time: number) => new Date(time).toISOString()

/** Tests the uses of secrets. */
export const usesContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} store of uses`, () => {
    const makeTeam = teamMaker(open)

    const newTeam = async () => {
      const { store, teamId, owner } = await makeTeam()
      const team: Scope = { kind: 'team', id: teamId }
      const { id: keyId } = await store.dataKey(teamId)
      const write = (scope: Scope, name: string, time = at) =>
        store.writeSecret(teamId, scope, {
          name,
          by: owner,
          at: time,
          expect: 'any',
          ...given(keyId),
        })
      const scope = async (kind: 'project' | 'cluster', name: string): Promise<Scope> => {
        const made = { kind, id: newId(kind === 'project' ? 'pr' : 'cl'), name }
        await store.createScope(teamId, made, { by: owner, at })
        return { kind, id: made.id }
      }
      const apiKey = async (name: string, by = owner) => {
        const key = { id: newId('ak'), name }
        const limits = { projectId: null, clusterId: null, expiresAt: null, ofTeam: false, addresses: [] }
        const rest = { masked: '', access: ['run' as const], ...limits }
        await store.createApiKey(teamId, { ...key, ...rest, digest: key.id }, { by, at })
        return key
      }
      const trainer = await apiKey('trainer')
      const use = (
        { id: scopeId }: Scope,
        names: string | readonly string[],
        { time = at, pair = {} as Pair, key = trainer, by = owner, version = 1 } = {},
      ) => {
        const secrets = [names].flat().map((name) => ({ scopeId, name, version }))
        return {
          teamId,
          context: { by, key, at: time },
          event: { action: 'workload.resolve' as const },
          used: { pair, secrets },
        }
      }
      const note = (...uses: Parameters<typeof store.recordAll>[0][number][]) => store.recordAll(uses)
      const last = async (name: string, scope = team) => (await store.lastUses(teamId, scope, [name])).get(name)
      return { store, teamId, owner, team, write, scope, apiKey, trainer, use, note, last, context: { by: owner, at } }
    }

    it('returns when a secret was last read, which version, by whose key and where', async () => {
      const { team, write, scope, trainer, owner, use, note, last } = await newTeam()
      const [web, gpu] = [await scope('project', 'web'), await scope('cluster', 'gpu')]
      await write(team, 'A')
      await write(team, 'A')
      expect(await last('A')).toBeUndefined()
      await note(use(team, 'A', { version: 2, pair: { projectId: web.id, clusterId: gpu.id } }))
      expect(await last('A')).toEqual({
        at: iso(at),
        version: 2,
        key: trainer,
        by: owner,
        project: { id: web.id, name: 'web' },
        cluster: { id: gpu.id, name: 'gpu' },
      })
    })

    it('returns the newest of several uses, and all of them with names and total', async () => {
      const { store, teamId, team, write, scope, apiKey, use, note, last } = await newTeam()
      const [web, gpu] = [await scope('project', 'web'), await scope('cluster', 'gpu')]
      const key = await apiKey('other')
      for (const place of [team, web]) await write(place, 'A')
      await write(team, 'B')
      await note(
        use(team, ['A', 'B'], { pair: { clusterId: gpu.id } }),
        use(team, 'A', { key, time: at + 5 }),
        use(web, 'A', { time: at + 3, pair: { projectId: web.id } }),
      )
      expect(await last('A')).toMatchObject({ key, at: iso(at + 5), project: null, cluster: null })
      expect(await last('A', web)).toMatchObject({ at: iso(at + 3) })
      const found = async (of: Parameters<typeof store.uses>[1], since = at, limit = 10) => {
        const { uses, total } = await store.uses(teamId, of, since, limit)
        return [uses.map(({ secret, at: time }) => `${secret}${Date.parse(time) - at}`).join(' '), total]
      }
      expect(await found({})).toEqual(['A5 A3 A0 B0', 4])
      expect(await found({}, at, 2)).toEqual(['A5 A3', 4])
      expect(await found({}, at + 1)).toEqual(['A5 A3', 2])
      expect(await found({ scope: team })).toEqual(['A5 A0 B0', 3])
      expect(await found({ scope: team, name: 'B' })).toEqual(['B0', 1])
      expect(await found({ name: 'A', projectId: web.id })).toEqual(['A3', 1])
      expect(await found({ name: 'A', projectId: web.id, clusterId: gpu.id })).toEqual(['A3 A0', 2])
      expect(await found({ scope: web, projectId: web.id, clusterId: gpu.id })).toEqual(['A3 A0 B0', 3])
    })

    it('records the same use once a minute, and a new version, key or pair immediately', async () => {
      const { store, teamId, team, write, scope, apiKey, use, note, last } = await newTeam()
      const gpu = await scope('cluster', 'gpu')
      await write(team, 'A')
      await note(use(team, 'A'))
      await note(use(team, 'A', { time: at + minUseInterval - 1 }))
      expect(await last('A')).toMatchObject({ at: iso(at) })
      await note(use(team, 'A', { time: at + minUseInterval }))
      expect(await last('A')).toMatchObject({ at: iso(at + minUseInterval) })
      await write(team, 'A')
      await note(use(team, 'A', { time: at + minUseInterval + 1, version: 2 }))
      expect(await last('A')).toMatchObject({ at: iso(at + minUseInterval + 1), version: 2 })
      const time = at + minUseInterval + 2
      await note(
        use(team, 'A', { time, key: await apiKey('other') }),
        use(team, 'A', { time, pair: { clusterId: gpu.id } }),
      )
      expect((await store.uses(teamId, {}, 0, 10)).total).toBe(3)
    })

    it('records one use when a batch has it several times, in several versions', async () => {
      const { store, teamId, team, write, use, note } = await newTeam()
      await write(team, 'A')
      await write(team, 'A')
      await note(...[1, 2, 1, 2].map((version) => use(team, 'A', { version })))
      expect((await store.uses(teamId, {}, 0, 10)).uses).toMatchObject([{ version: 2 }])
    })

    it('forgets the uses of a deleted secret, so that a new one counts as unused', async () => {
      const { store, teamId, team, write, scope, use, note, last, context } = await newTeam()
      const web = await scope('project', 'web')
      for (const place of [team, web]) await write(place, 'A')
      await note(use(team, 'A'), use(web, 'A'))
      await store.deleteSecret(teamId, team, 'A', context)
      await write(team, 'A')
      expect(await last('A')).toBeUndefined()
      await store.deleteScope(teamId, web, context)
      expect((await store.uses(teamId, {}, 0, 10)).total).toBe(0)
    })

    it('records a resolve whose secrets or scopes were deleted meanwhile', async () => {
      const { store, teamId, team, write, use, note, last } = await newTeam()
      await write(team, 'A')
      const elsewhere: Scope = { kind: 'project', id: 'pr00000000' }
      const key = { id: 'ak00000000', name: 'gone' }
      await note(use(team, ['GONE', 'A'], { key, pair: { projectId: 'pr1' } }), use(elsewhere, 'A'))
      // A later version than the secret has: that secret was deleted, and this one created after it.
      await note(use(team, 'A', { version: 2, time: at + minUseInterval }))
      expect((await store.listAudit(teamId, { action: 'workload.resolve' })).total).toBe(3)
      expect(await last('A')).toMatchObject({ at: iso(at), key })
      expect((await store.uses(teamId, {}, 0, 10)).total).toBe(1)
    })

    it('fails nothing while secrets are deleted, created and used concurrently', async () => {
      const { store, teamId, team, write, scope, use, note, context } = await newTeam()
      const web = await scope('project', 'web')
      const names = ['A', 'B', 'C', 'D']
      for (const place of [team, web]) for (const name of names) await write(place, name)
      const churn = names.map(async (name) => {
        for (let round = 0; round < 5; round++) {
          await store.deleteSecret(teamId, team, name, context)
          await write(team, name)
        }
      })
      const uses = Array.from({ length: 20 }, (_, index) =>
        note(
          use(team, names.toReversed(), { time: at + index * minUseInterval }),
          use(web, index % 2 ? names : names.toReversed(), { time: at + index * minUseInterval }),
        ),
      )
      await Promise.all([...churn, ...uses, store.deleteScope(teamId, web, context)])
      expect((await store.listAudit(teamId, { action: 'workload.resolve' })).total).toBe(40)
      expect((await store.uses(teamId, { scope: web }, 0, 10)).total).toBe(0)
    })

    it('describes deleted keys, people and scopes', async () => {
      const { store, teamId, team, write, scope, apiKey, use, note, last, context } = await newTeam()
      const [web, gpu] = [await scope('project', 'web'), await scope('cluster', 'gpu')]
      const lin = { id: newId('us'), name: 'Lin' }
      const digest = newId('in')
      await store.createInvite(teamId, { id: newId('in'), role: 'admin', digest, expiresAt: at + 1 }, context)
      const account = { ...lin, email: `${lin.id}@example.com`, passwordHash: 'none' }
      await store.acceptInvite(digest, account, { at })
      const key = await apiKey('of Lin', lin)
      await write(team, 'A')
      await note(use(team, 'A', { key, by: lin, pair: { projectId: web.id, clusterId: gpu.id } }))
      await store.revokeApiKey(teamId, key.id, context)
      await store.changeScope(teamId, gpu, { name: 'gpu 2' }, context)
      expect(await last('A')).toMatchObject({ key, by: lin, cluster: { name: 'gpu 2' } })
      await store.removeMember(teamId, lin.id, context)
      await store.deleteScope(teamId, web, context)
      expect(await last('A')).toMatchObject({
        key,
        by: lin,
        project: { id: web.id, name: 'a project that was deleted' },
        cluster: { id: gpu.id, name: 'gpu 2' },
      })
    })

    it('names no invisible scope, and counts the use', async () => {
      const { store, teamId, owner, team, write, scope, use, note, context } = await newTeam()
      const [web, gpu] = [await scope('project', 'web'), await scope('cluster', 'gpu')]
      await store.setProjectAccess(teamId, web.id, { access: 'chosen', people: [] }, context)
      await write(team, 'A')
      await note(use(team, 'A', { pair: { projectId: web.id, clusterId: gpu.id } }))
      const places = async (visibility?: Parameters<typeof store.lastUses>[3]) => {
        const newest = (await store.lastUses(teamId, team, ['A'], visibility)).get('A')
        const { uses, total } = await store.uses(teamId, { scope: team }, 0, 10, visibility)
        expect(total).toBe(1)
        expect(uses).toEqual([{ ...newest, secret: 'A' }])
        return [newest?.project?.name ?? null, newest?.cluster?.name ?? null]
      }
      expect(await places()).toEqual(['web', 'gpu'])
      expect(await places({ person: owner.id })).toEqual([null, 'gpu'])
      expect(await places({ scopes: [web.id] })).toEqual(['web', null])
      await store.deleteScope(teamId, web, context)
      expect(await places({ person: owner.id })).toEqual([null, 'gpu'])
    })

    it('forgets old uses of a secret that is still used, and never the newest one', async () => {
      const { store, teamId, team, write, apiKey, use, note } = await newTeam()
      const key = await apiKey('other')
      for (const name of ['A', 'B']) await write(team, name)
      await note(use(team, ['A', 'B']), use(team, 'A', { key, time: at + 1 }))
      await note(use(team, 'A', { key, time: at + usageRetention + 1 }))
      const { uses } = await store.uses(teamId, {}, 0, 10)
      expect(uses.map(({ secret, at: time }) => [secret, Date.parse(time) - at])).toEqual([
        ['A', usageRetention + 1],
        ['B', 0],
      ])
    })

    it('lists secrets that were never used, or neither used nor set for some time, with the total', async () => {
      const { store, teamId, team, write, use, note } = await newTeam()
      for (const name of ['NEVER', 'NEVER_2', 'OLD', 'USED']) await write(team, name)
      await note(use(team, ['OLD']), use(team, ['USED'], { time: at + 100 }))
      await write(team, 'NEW', at + 100)
      const found = async (query: Parameters<typeof store.listSecrets>[2]) => {
        const { items, total, hasMore } = await store.listSecrets(teamId, team, query)
        return [items.map(({ name }) => name).join(' '), total, hasMore]
      }
      expect(await found({ unused: 'ever' })).toEqual(['NEVER NEVER_2 NEW'.split(' ').toSorted().join(' '), 3, false])
      expect(await found({ unused: at + 100 })).toEqual(['NEVER NEVER_2 OLD', 3, false])
      expect(await found({ unused: at + 101, q: 'e' })).toEqual(['NEVER NEVER_2 NEW USED', 4, false])
      expect(await found({ unused: at + 100, q: 'never', order: 'desc', limit: 1 })).toEqual(['NEVER_2', 2, true])
      const [first] = [await store.listSecrets(teamId, team, { unused: 'ever', orderBy: 'dtCreated', limit: 2 })]
      const rest = await store.listSecrets(teamId, team, {
        unused: 'ever',
        orderBy: 'dtCreated',
        limit: 2,
        after: first?.nextPage ?? '',
      })
      expect([...first.items, ...rest.items].map(({ name }) => name)).toEqual(['NEVER', 'NEVER_2', 'NEW'])
    })

    it('adds the last use to the secrets of a list, or null', async () => {
      const { store, teamId, team, write, use, note, last } = await newTeam()
      for (const name of ['A', 'B']) await write(team, name)
      await note(use(team, 'A'))
      const { items } = await store.listSecrets(teamId, team, { lastUse: true, overlaps: true })
      expect(items).toMatchObject([
        { name: 'A', lastUse: await last('A'), overlaps: [] },
        { name: 'B', lastUse: null, overlaps: [] },
      ])
      expect((await store.listSecrets(teamId, team, {})).items[0]).not.toHaveProperty('lastUse')
    })

    it('keeps the uses of teams apart', async () => {
      const [one, other] = [await newTeam(), await newTeam()]
      for (const { team, write } of [one, other]) await write(team, 'A')
      await one.note(one.use(one.team, 'A'), other.use(one.team, 'A'))
      expect((await one.store.uses(one.teamId, {}, 0, 10)).total).toBe(1)
      expect((await other.store.uses(other.teamId, { scope: one.team }, 0, 10)).total).toBe(0)
    })
  })
}
