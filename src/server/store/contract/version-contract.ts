import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { failureOf, type Opened } from './contract-team.ts'
import { historyAt as at, historyTeams, keptHere } from './history-team.ts'

/** Tests versions. */
export const versionContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`versions in a ${label} store`, () => {
    const newTeam = historyTeams(open)

    it('have author, time, size, fingerprint and which is current', async () => {
      const { set, restore, versions, owner } = await newTeam()
      await set('A', 'one')
      await set('A', 'three', { at: at + 1000 })
      await restore('A', 1)
      const [third, second, first] = await versions('A')
      expect(first).toEqual({
        version: 1,
        dtCreated: new Date(at).toISOString(),
        setBy: owner,
        // The sealed test value is shorter than a real seal: “one 1”, without nonce and tag.
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

    it('are limited, and a set deletes the oldest one beyond the limit', async () => {
      const { set, versions, value, restore } = await newTeam()
      for (const text of ['one', 'two', 'three', 'four', 'five']) await set('A', text)
      expect((await versions('A')).map(({ version }) => version)).toEqual([5, 4, 3])
      const { code, message } = await failureOf(restore('A', 2))
      expect([code, message]).toEqual(['NOT_FOUND', expect.stringContaining('3–5')])
      expect(await value('A')).toBe('five')
    })

    it('are listed page by page, newest first', async () => {
      const { store, teamId, team, set } = await newTeam()
      for (const text of ['one', 'two', 'three']) await set('A', text)
      const first = await store.listVersions(teamId, team, 'A', { limit: 2 })
      expect(first).toMatchObject({ items: [{ version: 3 }, { version: 2 }], hasMore: true, total: 3 })
      const rest = await store.listVersions(teamId, team, 'A', { limit: 2, after: first.nextPage ?? '' })
      expect(rest).toMatchObject({ items: [{ version: 1 }], hasMore: false, nextPage: null, total: 3 })
      const wrong = store.listVersions(teamId, team, 'A', { after: 'x' })
      expect((await failureOf(wrong)).code).toBe('BAD_REQUEST')
    })

    it('are not created for the current value: same version, revision and ETag, with an audit record', async () => {
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

    it('are created for a value of an older version', async () => {
      const { set, versions } = await newTeam()
      for (const text of ['one', 'two', 'one']) await set('A', text)
      expect((await versions('A')).map(({ version }) => version)).toEqual([3, 2, 1])
    })

    it('are compared only after the conditions of a write are met', async () => {
      const { set, trail } = await newTeam()
      const { etag } = await set('A', 'one')
      expect((await failureOf(set('A', 'one', { expect: 'absent' }))).code).toBe('CONFLICT')
      expect((await failureOf(set('A', 'one', { ifMatch: ['"0"'] }))).code).toBe('PRECONDITION_FAILED')
      expect((await failureOf(set('A', 'one', { ifMatch: [etag], plan: { hash: 'x' } }))).code).toBe('CONFLICT')
      expect(await trail()).toEqual([['secret.set', 'A', null]])
    })

    it('are restored under the conditions of a write, with an audit record', async () => {
      const { set, restore, value, trail, context } = await newTeam()
      await set('A', 'one')
      const { etag } = await set('A', 'two')
      expect((await failureOf(restore('A', 1, { ifMatch: ['"0"'] }))).code).toBe('PRECONDITION_FAILED')
      expect((await failureOf(restore('A', 1, { plan: { hash: 'x' } }))).code).toBe('CONFLICT')
      expect(await value('A')).toBe('two')
      expect(await restore('A', 1, { ifMatch: [etag] })).toMatchObject({ version: 3, setBy: context.by })
      expect(await value('A')).toBe('one')
      expect((await trail())[0]).toEqual(['secret.restore', 'A', 'version 1'])
    })

    it('change nothing when the value is the current one, as the plan predicts', async () => {
      const { store, teamId, team, set, restore, versions, trail } = await newTeam()
      await set('A', 'one')
      await set('A', 'two')
      const current = await set('A', 'one')
      for (const version of [3, 1]) {
        expect(await store.planRestoreVersion(teamId, team, { name: 'A', version }, { at })).toMatchObject({
          same: true,
        })
        expect(await restore('A', version)).toEqual({ ...current, unchanged: true })
      }
      expect(await versions('A')).toHaveLength(3)
      expect((await trail())[0]).toEqual(['secret.compare', 'A', 'version 3: the same as version 1'])
    })

    it('plan a restore, and restore with that plan', async () => {
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

    it('are purged one by one, except the current one', async () => {
      const { store, teamId, team, context, set, versions, restore, trail } = await newTeam()
      for (const text of ['one', 'two', 'three']) await set('A', text)
      const purge = (version: number) => store.purgeVersion(teamId, team, { name: 'A', version }, context)
      await purge(2)
      expect((await versions('A')).map(({ version }) => version)).toEqual([3, 1])
      expect((await trail())[0]).toEqual(['secret.purge', 'A', 'version 2'])
      expect((await failureOf(purge(2))).code).toBe('NOT_FOUND')
      expect((await failureOf(restore('A', 2))).message).toContain('those that are: 1, 3.')
      expect((await failureOf(purge(3))).code).toBe('CONFLICT')
      expect((await failureOf(store.purgeVersion(teamId, team, { name: 'B', version: 1 }, context))).code).toBe(
        'NOT_FOUND',
      )
    })

    it('stay consistent when many set, restore and purge concurrently', async () => {
      const { store, teamId, team, context, set, restore, versions, trail } = await newTeam()
      await set('A', 'one')
      const work = Array.from({ length: 24 }, (_, index) => {
        if (index % 3 === 0) return set('A', `value ${index}`)
        if (index % 3 === 1) return restore('A', 1)
        return store.purgeVersion(teamId, team, { name: 'A', version: (index + 1) / 3 }, context)
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
