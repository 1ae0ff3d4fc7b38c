import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { newId } from '../ids.ts'
import type { DecidedBy, WriteCondition } from '../store.ts'
import { given, type Opened, teamMaker } from './contract-team.ts'

/** What the stores under test are opened with. */
export const keptHere = { keepVersions: 3, trashDays: 7 }

/** Far from today: other tests delete, on the same database, what has expired for them. */
const at = 2_000_000_000_000
const day = 24 * 3_600_000

/** Makes teams with what tests of versions and of the trash need to say little. */
export const historyTeams = (open: () => Promise<Opened>) => {
  const makeTeam = teamMaker(open)
  return async () => {
    const { store, teamId, owner } = await makeTeam()
    const { id: keyId } = await store.dataKey(teamId)
    const stamp = { by: owner, at }
    const team: Scope = { kind: 'team', id: teamId }
    const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes).replace(/ \d+$/, '')
    return {
      store,
      teamId,
      owner,
      stamp,
      team,
      set: async (name: string, value?: string, how: Partial<WriteCondition> & { at?: number } & DecidedBy = {}) =>
        (await store.writeSecret(teamId, team, { name, expect: 'any', ...stamp, ...how, ...given(keyId, value) }))
          .secret,
      restore: (
        name: string,
        version: number,
        how: Pick<WriteCondition, 'ifMatch'> & DecidedBy = {},
      ): Promise<Secret> =>
        store.restoreVersion(teamId, team, {
          name,
          version,
          ...stamp,
          ...how,
          open: async ({ sealed }) => given(keyId, textOf(sealed.bytes)),
        }),
      remove: (name: string, time = at) => store.deleteSecret(teamId, team, name, { by: owner, at: time }),
      value: async (name: string) => textOf((await store.sealedSecret(teamId, team, name)).sealed.bytes),
      versions: async (name: string) => (await store.listVersions(teamId, team, name, {})).items,
      trash: async () => (await store.listTrash(teamId, team, {})).items,
      trail: async () =>
        (await store.listAudit(teamId, {})).items.map(({ action, name, detail }) => [action, name, detail]),
      scope: async (kind: 'project' | 'cluster'): Promise<Scope> => {
        const scope = { kind, id: newId(kind === 'project' ? 'pr' : 'cl'), name: kind }
        await store.createScope(teamId, scope, stamp)
        return { kind, id: scope.id }
      },
    }
  }
}

export const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

/** What a store has to do with what secrets were. */
export const versionContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`versions in a ${label} store`, () => {
    const newTeam = historyTeams(open)

    it('tell who set which when, how long it is, what equals what, and which is current', async () => {
      const { set, restore, versions, owner } = await newTeam()
      await set('A', 'one')
      await set('A', 'three', { at: at + 1000 })
      await restore('A', 1)
      const [third, second, first] = await versions('A')
      expect(first).toEqual({
        version: 1,
        dtCreated: new Date(at).toISOString(),
        setBy: owner,
        // What the test seals is shorter than a seal: “one 1”, without nonce and tag.
        size: 'one 1'.length - 28,
        fingerprint: expect.stringContaining('one'),
        restoredFrom: null,
        current: false,
      })
      expect(second).toMatchObject({ version: 2, restoredFrom: null, current: false })
      expect(second?.dtCreated).toBe(new Date(at + 1000).toISOString())
      expect(third).toMatchObject({ version: 3, restoredFrom: 1, current: true })
      expect(third?.fingerprint).toBe(first?.fingerprint)
      expect(second?.fingerprint).not.toBe(first?.fingerprint)
    })

    it('are as many as are kept, and the oldest go in the set that makes one more', async () => {
      const { set, versions, value, restore } = await newTeam()
      for (const text of ['one', 'two', 'three', 'four', 'five']) await set('A', text)
      expect((await versions('A')).map(({ version }) => version)).toEqual([5, 4, 3])
      const { code, message } = await failureOf(restore('A', 2))
      expect([code, message]).toEqual(['NOT_FOUND', expect.stringContaining('3–5')])
      expect(await value('A')).toBe('five')
    })

    it('are walked page by page, newest first', async () => {
      const { store, teamId, team, set } = await newTeam()
      for (const text of ['one', 'two', 'three']) await set('A', text)
      const first = await store.listVersions(teamId, team, 'A', { limit: 2 })
      expect(first).toMatchObject({ items: [{ version: 3 }, { version: 2 }], hasMore: true, total: 3 })
      const rest = await store.listVersions(teamId, team, 'A', { limit: 2, after: first.nextPage ?? '' })
      expect(rest).toMatchObject({ items: [{ version: 1 }], hasMore: false, nextPage: null, total: 3 })
      const wrong = store.listVersions(teamId, team, 'A', { after: 'x' })
      expect((await failureOf(wrong)).code).toBe('BAD_REQUEST')
    })

    it('are not made by the value that is stored already: no version, no revision, the same ETag, on record', async () => {
      const { store, teamId, team, set, versions, trail } = await newTeam()
      const made = await set('A', 'one')
      const revision = await store.revision(teamId, team)
      expect(await set('A', 'one', { at: at + 1000, ifMatch: [made.etag] })).toEqual({ ...made, unchanged: true })
      expect(await store.revision(teamId, team)).toBe(revision)
      expect(await store.secret(teamId, team, 'A')).toEqual(made)
      expect(await versions('A')).toHaveLength(1)
      expect(await trail()).toEqual([
        ['secret.compare', 'A', 'version 1: the same'],
        ['secret.set', 'A', null],
      ])
    })

    it('are made by a value that was there before, though not last', async () => {
      const { set, versions } = await newTeam()
      for (const text of ['one', 'two', 'one']) await set('A', text)
      expect((await versions('A')).map(({ version }) => version)).toEqual([3, 2, 1])
    })

    it('are not compared before the conditions of a write hold', async () => {
      const { set, trail } = await newTeam()
      const { etag } = await set('A', 'one')
      expect((await failureOf(set('A', 'one', { expect: 'absent' }))).code).toBe('CONFLICT')
      expect((await failureOf(set('A', 'one', { ifMatch: ['"0"'] }))).code).toBe('PRECONDITION_FAILED')
      expect((await failureOf(set('A', 'one', { ifMatch: [etag], plan: { hash: 'x' } }))).code).toBe('CONFLICT')
      expect(await trail()).toEqual([['secret.set', 'A', null]])
    })

    it('give a secret its old value again, under its conditions, and on record', async () => {
      const { set, restore, value, trail, stamp } = await newTeam()
      await set('A', 'one')
      const { etag } = await set('A', 'two')
      expect((await failureOf(restore('A', 1, { ifMatch: ['"0"'] }))).code).toBe('PRECONDITION_FAILED')
      expect((await failureOf(restore('A', 1, { plan: { hash: 'x' } }))).code).toBe('CONFLICT')
      expect(await value('A')).toBe('two')
      expect(await restore('A', 1, { ifMatch: [etag] })).toMatchObject({ version: 3, setBy: stamp.by })
      expect(await value('A')).toBe('one')
      expect((await trail())[0]).toEqual(['secret.restore', 'A', 'version 1'])
    })

    it('change nothing when the value is the current one', async () => {
      const { set, restore, versions, trail } = await newTeam()
      await set('A', 'one')
      await set('A', 'two')
      const current = await set('A', 'one')
      for (const version of [3, 1]) expect(await restore('A', version)).toEqual({ ...current, unchanged: true })
      expect(await versions('A')).toHaveLength(3)
      expect((await trail())[0]).toEqual(['secret.compare', 'A', 'version 3: the same as version 1'])
    })

    it('plan what restoring one would touch, and restore by that plan', async () => {
      const { store, teamId, team, set, restore } = await newTeam()
      await set('A', 'one')
      const current = await set('A', 'two')
      const planOf = (version: number) => store.planRestoreVersion(teamId, team, { name: 'A', version }, { at })
      const plan = await planOf(1)
      expect(plan).toMatchObject({
        change: 'edit',
        secret: current,
        affected: 1,
        outcomes: [{ after: { version: 3 } }],
      })
      expect((await failureOf(planOf(7))).message).toContain('1–2')
      expect(await restore('A', 1, { plan })).toMatchObject({ version: 3 })
      expect((await failureOf(restore('A', 2, { plan }))).issues[0]?.plan).toMatchObject({ change: 'edit' })
    })

    it('are purged one by one, but for the current one', async () => {
      const { store, teamId, team, stamp, set, versions, restore, trail } = await newTeam()
      for (const text of ['one', 'two', 'three']) await set('A', text)
      const purge = (version: number) => store.purgeVersion(teamId, team, { name: 'A', version }, stamp)
      await purge(2)
      expect((await versions('A')).map(({ version }) => version)).toEqual([3, 1])
      expect((await trail())[0]).toEqual(['secret.purge', 'A', 'version 2'])
      expect((await failureOf(purge(2))).code).toBe('NOT_FOUND')
      expect((await failureOf(restore('A', 2))).message).toContain('those that are: 1, 3.')
      expect((await failureOf(purge(3))).code).toBe('CONFLICT')
      expect((await failureOf(store.purgeVersion(teamId, team, { name: 'B', version: 1 }, stamp))).code).toBe(
        'NOT_FOUND',
      )
    })

    it('are all kept apart when many set, restore and purge at once', async () => {
      const { store, teamId, team, stamp, set, restore, versions, trail } = await newTeam()
      await set('A', 'one')
      const work = Array.from({ length: 24 }, (_, index) => {
        if (index % 3 === 0) return set('A', `value ${index}`)
        if (index % 3 === 1) return restore('A', 1)
        return store.purgeVersion(teamId, team, { name: 'A', version: (index + 1) / 3 }, stamp)
      })
      for (const outcome of await Promise.allSettled(work)) {
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(Failure)
      }
      const kept = await versions('A')
      const { version } = await store.secret(teamId, team, 'A')
      expect(kept.filter(({ current }) => current).map((one) => one.version)).toEqual([version])
      expect(kept.length).toBeLessThanOrEqual(keptHere.keepVersions)
      const made = (await trail()).filter(([action]) => /set|edit|restore/.test(`${action}`))
      expect(made).toHaveLength(version)
    })
  })
}

/** What a store has to do with what was deleted. */
export const trashContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`the trash of a ${label} store`, () => {
    const newTeam = historyTeams(open)

    it('has a deleted secret until it is restored with its versions, as it was, but for its ETag', async () => {
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

    it('has one name several times, newest first, and walks them page by page', async () => {
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

    it('gives nothing back under a name that is taken, in whichever case, and tells by what', async () => {
      const { store, teamId, team, stamp, set, remove, value, trash } = await newTeam()
      await set('Api_Key', 'old')
      const { id } = await remove('Api_Key')
      for (const name of ['Api_Key', 'API_KEY']) {
        const taken = await set(name, 'new')
        const failure = await failureOf(store.restoreTrashed(teamId, team, id, stamp))
        expect([failure.code, failure.issues[0]?.existing]).toEqual(['CONFLICT', taken])
        expect((await failureOf(store.planRestoreTrashed(teamId, team, id, { at }))).code).toBe('CONFLICT')
        expect(await value(name)).toBe('new')
        await remove(name)
      }
      expect(await trash()).toHaveLength(3)
      expect(await store.restoreTrashed(teamId, team, id, stamp)).toMatchObject({ name: 'Api_Key' })
    })

    it('plans what restoring would touch, with the version that comes back, and restores by that plan', async () => {
      const { store, teamId, team, stamp, set, remove, scope } = await newTeam()
      await set('A', 'one')
      await set('A', 'two')
      const { id } = await remove('A')
      const plan = await store.planRestoreTrashed(teamId, team, id, { at })
      const after = { version: 2, kind: 'team' }
      expect(plan).toMatchObject({ change: 'set', secret: null, affected: 1, outcomes: [{ before: null, after }] })
      await scope('project')
      const { code, issues } = await failureOf(store.restoreTrashed(teamId, team, id, { ...stamp, plan }))
      expect([code, issues[0]?.plan]).toMatchObject(['CONFLICT', { affected: 2 }])
      const now = await store.planRestoreTrashed(teamId, team, id, { at })
      expect(await store.restoreTrashed(teamId, team, id, { ...stamp, plan: now })).toMatchObject({ version: 2 })
    })

    it('brings uses back with a secret', async () => {
      const { store, teamId, team, stamp, owner, set, remove } = await newTeam()
      await set('A', 'one')
      const key = { id: newId('ak'), name: 'trainer' }
      const used = { pair: {}, secrets: [{ scopeId: teamId, name: 'A', version: 1 }] }
      await store.recordAll([{ teamId, stamp: { by: owner, key, at }, happened: { action: 'workload.resolve' }, used }])
      const before = await store.lastUses(teamId, team, ['A'])
      expect(before.get('A')).toMatchObject({ key })
      const { id } = await remove('A')
      expect(await store.lastUses(teamId, team, ['A'])).toEqual(new Map())
      await store.restoreTrashed(teamId, team, id, stamp)
      expect(await store.lastUses(teamId, team, ['A'])).toEqual(before)
    })

    it('is purged one by one, on record', async () => {
      const { store, teamId, team, stamp, set, remove, trash, trail } = await newTeam()
      await set('A', 'one')
      await set('A', 'two')
      const { id } = await remove('A')
      await store.purgeTrashed(teamId, team, id, stamp)
      expect(await trash()).toEqual([])
      expect((await trail())[0]).toEqual(['secret.purge', 'A', 'from the trash, with 2 versions'])
      expect((await failureOf(store.purgeTrashed(teamId, team, id, stamp))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.restoreTrashed(teamId, team, id, stamp))).code).toBe('NOT_FOUND')
    })

    it('is emptied of what was in it long enough, each on record by nobody, and of nothing else', async () => {
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

    it('is emptied once by many at once, however much it is', async () => {
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

    it('goes with its project or cluster', async () => {
      const { store, teamId, stamp, scope } = await newTeam()
      const { id: keyId } = await store.dataKey(teamId)
      for (const kind of ['project', 'cluster'] as const) {
        const place = await scope(kind)
        await store.writeSecret(teamId, place, { name: 'A', expect: 'any', ...stamp, ...given(keyId) })
        const { id } = await store.deleteSecret(teamId, place, 'A', stamp)
        await store.deleteScope(teamId, place, stamp)
        expect((await failureOf(store.listTrash(teamId, place, {}))).code).toBe('NOT_FOUND')
        expect((await failureOf(store.restoreTrashed(teamId, place, id, stamp))).code).toBe('NOT_FOUND')
      }
    })

    it('is found in its own scope and team only', async () => {
      const [one, other] = [await newTeam(), await newTeam()]
      await one.set('A')
      const { id } = await one.remove('A')
      const web = await one.scope('project')
      const tries = [
        () => one.store.restoreTrashed(one.teamId, web, id, one.stamp),
        () => one.store.purgeTrashed(one.teamId, web, id, one.stamp),
        () => one.store.restoreTrashed(one.teamId, { kind: 'project', id: one.teamId }, id, one.stamp),
        () => other.store.restoreTrashed(other.teamId, other.team, id, other.stamp),
        () => other.store.purgeTrashed(other.teamId, other.team, id, other.stamp),
        () => other.store.restoreTrashed(other.teamId, one.team, id, other.stamp),
        () => other.store.listTrash(other.teamId, one.team, {}),
        () => other.store.listVersions(other.teamId, one.team, 'A', {}),
      ]
      for (const failing of tries) expect((await failureOf(failing())).code).toBe('NOT_FOUND')
      expect(await one.trash()).toHaveLength(1)
    })

    it('gives one secret back to one of many who ask at once', async () => {
      const { store, teamId, team, stamp, set, remove } = await newTeam()
      await set('A')
      const { id } = await remove('A')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => store.restoreTrashed(teamId, team, id, stamp)),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect((await store.listSecrets(teamId, team, {})).total).toBe(1)
    })
  })
}
