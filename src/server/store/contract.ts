import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import { newId } from '../ids.ts'
import type { NewScope, WriteCondition } from '../store.ts'
import { given, type Opened, teamMaker } from './contract-team.ts'

const at = 1_800_000_000_000

/** A new database is done when it passes this unchanged. Every test is its own team, so nothing is cleaned up. */
export const storeContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} store`, () => {
    const makeTeam = teamMaker(open)

    /** A team with what tests need to say little: its store calls with the team filled in. */
    const newTeam = async () => {
      const { store, teamId, owner } = await makeTeam()
      const { id: keyId } = await store.dataKey(teamId)
      const write = (
        scope: Scope,
        name: string,
        condition: Partial<WriteCondition> & { value?: string; at?: number } = {},
      ) =>
        store.writeSecret(teamId, scope, {
          name,
          by: owner,
          at: condition.at ?? at,
          expect: 'any',
          ...condition,
          ...given(keyId, condition.value),
        })
      const scope = async (kind: NewScope['kind'], name: string): Promise<Scope & NewScope> => {
        const made: NewScope = { kind, id: newId(kind === 'project' ? 'pr' : 'cl'), name }
        await store.createScope(teamId, kind === 'cluster' ? { ...made, type: 'vm' } : made, { by: owner, at })
        return made
      }
      return {
        store,
        teamId,
        owner,
        stamp: { by: owner, at },
        team: { kind: 'team', id: teamId } as Scope,
        write,
        scope,
      }
    }

    it('stores a secret and tells all but its value', async () => {
      const { store, teamId, team, owner, write } = await newTeam()
      const { secret, created } = await write(team, 'API_KEY')
      expect(created).toBe(true)
      expect(secret).toEqual({
        name: 'API_KEY',
        version: 1,
        dtCreated: new Date(at).toISOString(),
        dtModified: new Date(at).toISOString(),
        setBy: owner,
        etag: expect.stringMatching(/^"\d+"$/),
      })
      expect(await store.secret(teamId, team, 'API_KEY')).toEqual(secret)
    })

    it('keeps the sealed bytes of the newest version exactly', async () => {
      const { store, teamId, team, write } = await newTeam()
      await write(team, 'A', { value: 'old' })
      await write(team, 'A', { value: 'new' })
      const { version, sealed } = await store.sealedSecret(teamId, team, 'A')
      expect(version).toBe(2)
      expect(new TextDecoder().decode(sealed.bytes)).toBe('new 2')
    })

    it('counts versions up, keeps the time of creation and changes the ETag with every set', async () => {
      const { team, write } = await newTeam()
      const first = (await write(team, 'A')).secret
      const { secret: second, created } = await write(team, 'A', { at: at + 1000 })
      expect(created).toBe(false)
      expect(second).toMatchObject({
        version: 2,
        dtCreated: first.dtCreated,
        dtModified: new Date(at + 1000).toISOString(),
      })
      expect(second.etag).not.toBe(first.etag)
    })

    it('never uses an ETag again, not even for a secret that was deleted and made anew', async () => {
      const { store, teamId, team, write, stamp } = await newTeam()
      const { secret } = await write(team, 'A')
      await store.deleteSecret(teamId, team, 'A', stamp)
      expect((await write(team, 'A')).secret.etag).not.toBe(secret.etag)
    })

    it('refuses to create what exists, and tells who set it when', async () => {
      const { team, owner, write } = await newTeam()
      const { secret } = await write(team, 'A')
      const failure = await failureOf(write(team, 'A', { expect: 'absent' }))
      expect(failure.code).toBe('CONFLICT')
      expect(failure.message).toContain(owner.name)
      expect(failure.issues[0]?.existing).toEqual(secret)
    })

    it('refuses to change what does not exist', async () => {
      const { team, write } = await newTeam()
      expect((await failureOf(write(team, 'A', { expect: 'present' }))).code).toBe('NOT_FOUND')
    })

    it('leaves everything as it was when a write is refused', async () => {
      const { store, teamId, team, write } = await newTeam()
      const { secret } = await write(team, 'A')
      await failureOf(write(team, 'A', { expect: 'absent', value: 'other' }))
      expect(await store.secret(teamId, team, 'A')).toEqual(secret)
      expect((await write(team, 'B')).secret.etag).toBe('"2"')
    })

    it('refuses a name that differs from a stored one by case only', async () => {
      const { team, write } = await newTeam()
      await write(team, 'Api_Key')
      expect((await failureOf(write(team, 'API_KEY'))).code).toBe('CONFLICT')
      expect((await failureOf(write(team, 'API_KEY', { expect: 'absent' }))).message).toContain('“Api_Key”')
    })

    it('finds a name by its exact spelling only', async () => {
      const { store, teamId, team, write } = await newTeam()
      await write(team, 'Api_Key')
      expect((await failureOf(store.secret(teamId, team, 'API_KEY'))).code).toBe('NOT_FOUND')
    })

    it('writes under If-Match only while the secret has that ETag', async () => {
      const { store, teamId, team, write, stamp } = await newTeam()
      const { secret } = await write(team, 'A')
      await write(team, 'A', { ifMatch: [secret.etag] })
      expect((await failureOf(write(team, 'A', { ifMatch: [secret.etag] }))).code).toBe('PRECONDITION_FAILED')
      expect((await failureOf(store.deleteSecret(teamId, team, 'A', { ifMatch: [secret.etag], ...stamp }))).code).toBe(
        'PRECONDITION_FAILED',
      )
      await write(team, 'A', { ifMatch: ['*'] })
      expect((await failureOf(write(team, 'B', { ifMatch: ['*'] }))).code).toBe('PRECONDITION_FAILED')
    })

    it('writes under If-None-Match only while there is none', async () => {
      const { team, write } = await newTeam()
      await write(team, 'A', { ifNoneMatch: true })
      expect((await failureOf(write(team, 'A', { ifNoneMatch: true }))).code).toBe('PRECONDITION_FAILED')
    })

    it('lets exactly one of many create a name at once', async () => {
      const { store, teamId, team, write } = await newTeam()
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => write(team, 'A', { expect: 'absent', value: `${index}` })),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect((await store.listSecrets(teamId, team, {})).total).toBe(1)
    })

    it('lets exactly one of many change a version at once', async () => {
      const { team, write } = await newTeam()
      const { secret } = await write(team, 'A')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, () => write(team, 'A', { ifMatch: [secret.etag] })),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    it('loses none of many sets of one name at once', async () => {
      const { store, teamId, team, write } = await newTeam()
      await Promise.all(Array.from({ length: 12 }, () => write(team, 'A')))
      expect((await store.secret(teamId, team, 'A')).version).toBe(12)
    })

    it('deletes a secret once', async () => {
      const { store, teamId, team, write, stamp } = await newTeam()
      await write(team, 'A')
      await store.deleteSecret(teamId, team, 'A', stamp)
      expect((await failureOf(store.deleteSecret(teamId, team, 'A', stamp))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.sealedSecret(teamId, team, 'A'))).code).toBe('NOT_FOUND')
      expect(await store.listSecrets(teamId, team, {})).toMatchObject({ items: [], total: 0 })
    })

    it('lists names by code point, whatever their case', async () => {
      const { store, teamId, team, write } = await newTeam()
      for (const name of ['b', 'A', '_a', 'B2', 'a-1', 'a_1', 'Z9']) await write(team, name)
      const { items } = await store.listSecrets(teamId, team, {})
      expect(items.map(({ name }) => name)).toEqual(['A', 'B2', 'Z9', '_a', 'a-1', 'a_1', 'b'])
    })

    for (const orderBy of ['name', 'dtCreated'] as const) {
      for (const order of ['asc', 'desc'] as const) {
        it(`walks the pages of a list by ${orderBy}, ${order}, without losing or repeating a name`, async () => {
          const { store, teamId, team, write } = await newTeam()
          const names = Array.from({ length: 23 }, (_, index) => `N${(index * 7) % 23}`)
          for (const [index, name] of names.entries()) await write(team, name, { at: at + Math.floor(index / 3) })
          const whole = await store.listSecrets(teamId, team, { orderBy, order })
          const walked = await walk((query) => store.listSecrets(teamId, team, query), { orderBy, order, limit: 5 })
          expect(walked).toEqual(whole.items)
          expect(new Set(walked.map(({ name }) => name)).size).toBe(23)
          const keys = walked.map(({ name, dtCreated }) => (orderBy === 'name' ? name : dtCreated))
          expect(keys).toEqual(order === 'asc' ? keys.toSorted(byCodePoint) : keys.toSorted(byCodePoint).reverse())
        })
      }
    }

    it('finds names by a part without regard to case, taking wildcards literally', async () => {
      const { store, teamId, team, write } = await newTeam()
      for (const name of ['DB_PASSWORD', 'DBXPASSWORD', 'API_KEY', 'pass-1']) await write(team, name)
      const found = async (q: string) => {
        const { items, total } = await store.listSecrets(teamId, team, { q, limit: 1 })
        return [items[0]?.name, total]
      }
      expect(await found('b_p')).toEqual(['DB_PASSWORD', 1])
      expect(await found('PASS')).toEqual(['DBXPASSWORD', 3])
      expect(await found('%')).toEqual([undefined, 0])
      expect(await found('\\')).toEqual([undefined, 0])
    })

    it('refuses a cursor that is not of this list', async () => {
      const { store, teamId, team } = await newTeam()
      for (const after of ['', 'x', 'bnVsbA', btoa('[1,2]'), btoa('["a"]'), btoa('[1,"a"]')]) {
        if (after) expect((await failureOf(store.listSecrets(teamId, team, { after }))).code).toBe('BAD_REQUEST')
      }
    })

    it('keeps scopes and teams apart', async () => {
      const one = await newTeam()
      const other = await newTeam()
      const [web, gpu] = [await one.scope('project', 'web'), await one.scope('cluster', 'gpu')]
      for (const scope of [one.team, web, gpu]) await one.write(scope, 'A')
      for (const scope of [one.team, web, gpu]) {
        expect((await one.store.listSecrets(one.teamId, scope, {})).total).toBe(1)
        expect((await failureOf(other.store.listSecrets(other.teamId, scope, {}))).code).toBe('NOT_FOUND')
        expect((await failureOf(other.store.secret(other.teamId, scope, 'A'))).code).toBe('NOT_FOUND')
        expect((await failureOf(other.store.sealedSecret(other.teamId, scope, 'A'))).code).toBe('NOT_FOUND')
        expect((await failureOf(other.store.deleteSecret(other.teamId, scope, 'A', other.stamp))).code).toBe(
          'NOT_FOUND',
        )
        expect((await failureOf(other.write(scope, 'A'))).code).toBe('NOT_FOUND')
      }
      await other.write(other.team, 'A')
      await one.store.deleteSecret(one.teamId, web, 'A', one.stamp)
      expect((await one.store.listSecrets(one.teamId, gpu, {})).total).toBe(1)
      expect((await other.store.listSecrets(other.teamId, other.team, {})).total).toBe(1)
    })

    it('takes a scope for what it is: a cluster is no project', async () => {
      const { store, teamId, scope, write, stamp } = await newTeam()
      const gpu = await scope('cluster', 'gpu')
      const asProject: Scope = { kind: 'project', id: gpu.id }
      expect((await failureOf(store.project(teamId, gpu.id))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.listSecrets(teamId, asProject, {}))).code).toBe('NOT_FOUND')
      expect((await failureOf(write(asProject, 'A'))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.deleteScope(teamId, asProject, stamp))).code).toBe('NOT_FOUND')
    })

    it('makes, lists, changes and deletes projects and clusters', async () => {
      const { store, teamId, scope, stamp } = await newTeam()
      const web = await scope('project', 'web')
      const gpu = await scope('cluster', 'gpu')
      expect(await store.project(teamId, web.id)).toMatchObject({ id: web.id, name: 'web', secrets: 0 })
      await store.changeScope(teamId, web, { name: 'Wéb 2' }, { ...stamp, at: at + 5 })
      await store.changeScope(teamId, gpu, { type: 'slurm' }, { ...stamp, at: at + 5 })
      expect((await store.listProjects(teamId, { q: 'WÉB' })).items).toEqual([
        expect.objectContaining({ name: 'Wéb 2', dtModified: new Date(at + 5).toISOString() }),
      ])
      expect((await store.listClusters(teamId, {})).items).toEqual([
        expect.objectContaining({ name: 'gpu', type: 'slurm' }),
      ])
      await store.deleteScope(teamId, web, stamp)
      expect(await store.listProjects(teamId, {})).toMatchObject({ items: [], total: 0 })
      expect((await failureOf(store.changeScope(teamId, web, { name: 'x' }, stamp))).code).toBe('NOT_FOUND')
    })

    it('walks the pages of projects of one name without losing or repeating one', async () => {
      const { store, teamId, scope } = await newTeam()
      for (const name of ['b', 'a', 'a', 'a', 'c', 'a', 'b']) await scope('project', name)
      for (const orderBy of ['name', 'dtCreated'] as const) {
        const walked = await walk((query) => store.listProjects(teamId, query), { orderBy, limit: 2 })
        expect(new Set(walked.map(({ id }) => id)).size).toBe(7)
      }
    })

    it('counts the secrets of a scope, and deletes them with it', async () => {
      const { store, teamId, scope, write, stamp } = await newTeam()
      const web = await scope('project', 'web')
      await write(web, 'A')
      await write(web, 'B')
      await write(web, 'B')
      expect((await store.project(teamId, web.id)).secrets).toBe(2)
      await store.deleteScope(teamId, web, stamp)
      expect((await failureOf(store.sealedSecret(teamId, web, 'A'))).code).toBe('NOT_FOUND')
    })

    it('tells what a secret overrides and what overrides it, by kind and with at most three examples', async () => {
      const { store, teamId, team, scope, write } = await newTeam()
      const gpu = await scope('cluster', 'gpu')
      const projects = []
      for (const name of ['e', 'd', 'c', 'b', 'a']) projects.push(await scope('project', name))
      for (const place of [team, gpu, ...projects]) await write(place, 'A')
      await write(team, 'ONLY_TEAM')
      const { items } = await store.listSecrets(teamId, team, { overlaps: true })
      expect(items.map(({ overlaps }) => overlaps)).toEqual([
        [
          {
            relation: 'overriddenBy',
            kind: 'project',
            count: 5,
            examples: projects
              .toReversed()
              .slice(0, 3)
              .map(({ id, name }) => ({ id, name })),
          },
          { relation: 'overriddenBy', kind: 'cluster', count: 1, examples: [{ id: gpu.id, name: 'gpu' }] },
        ],
        [],
      ])
      expect((await store.overlaps(teamId, gpu, 'A')).map(({ relation, kind }) => `${relation} ${kind}`)).toEqual([
        'overrides team',
        'overriddenBy project',
      ])
    })

    it('counts failures in one step, and starts over after a time', async () => {
      const { store } = await makeTeam()
      const key = newId('us')
      const failure = { at, forgetAfter: 1000, wait: (failures: number) => failures * 10 }
      const counted = await Promise.all(Array.from({ length: 8 }, () => store.countFailure(key, failure)))
      expect(counted.map(({ failures }) => failures).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      expect(await store.attempts(key)).toEqual({ failures: 8, blockedUntil: at + 80 })
      expect(await store.countFailure(key, { ...failure, at: at + 2000 })).toEqual({
        failures: 1,
        blockedUntil: at + 2010,
      })
      await store.countFailure(key, { ...failure, at: at + 2000 })
      await store.takeBackFailure(key)
      expect(await store.attempts(key)).toEqual({ failures: 1, blockedUntil: 0 })
      await store.forgetFailures(key)
      expect(await store.attempts(key)).toBeUndefined()
    })
  })
}

const byCodePoint = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

const walk = async <Item>(list: (query: PageQuery) => Promise<Page<Item>>, query: PageQuery): Promise<Item[]> => {
  const items: Item[] = []
  let after: string | undefined
  do {
    const page = await list(after ? { ...query, after } : query)
    items.push(...page.items)
    after = page.nextPage ?? undefined
  } while (after)
  return items
}
