import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { failureOf, type Opened, walk } from './contract-team.ts'
import { secretsAt as at, secretTeams } from './secret-team.ts'

/**
 * Tests secrets. A new database is complete when it passes this suite unchanged. Every test has its own team, so
 * nothing is cleaned up.
 */
export const storeContract = (label: string, open: () => Promise<Opened>): void => {
  describe(`${label} store`, () => {
    const newTeam = secretTeams(open)

    it('stores a secret and returns everything but its value', async () => {
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

    it('increments the version, keeps the creation time and changes the ETag with every set', async () => {
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

    it('never reuses an ETag, not even for a secret that was deleted and created again', async () => {
      const { store, teamId, team, write, context } = await newTeam()
      const { secret } = await write(team, 'A')
      await store.deleteSecret(teamId, team, 'A', context)
      expect((await write(team, 'A')).secret.etag).not.toBe(secret.etag)
    })

    it('refuses to create a secret that exists, and tells who set it when', async () => {
      const { team, owner, write } = await newTeam()
      const { secret } = await write(team, 'A')
      const failure = await failureOf(write(team, 'A', { expect: 'absent' }))
      expect(failure.code).toBe('CONFLICT')
      expect(failure.message).toContain(owner.name)
      expect(failure.issues[0]?.existing).toEqual(secret)
    })

    it('refuses to change a secret that does not exist', async () => {
      const { team, write } = await newTeam()
      expect((await failureOf(write(team, 'A', { expect: 'present' }))).code).toBe('NOT_FOUND')
    })

    it('changes nothing when a write is refused', async () => {
      const { store, teamId, team, write } = await newTeam()
      const { secret } = await write(team, 'A')
      await failureOf(write(team, 'A', { expect: 'absent', value: 'other' }))
      expect(await store.secret(teamId, team, 'A')).toEqual(secret)
      expect((await write(team, 'B')).secret.etag).toBe('"2"')
    })

    it('refuses a name that differs from a stored one only by case', async () => {
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

    it('writes with If-Match only if the secret has that ETag', async () => {
      const { store, teamId, team, write, context } = await newTeam()
      const { secret } = await write(team, 'A')
      await write(team, 'A', { ifMatch: [secret.etag] })
      expect((await failureOf(write(team, 'A', { ifMatch: [secret.etag] }))).code).toBe('PRECONDITION_FAILED')
      expect(
        (await failureOf(store.deleteSecret(teamId, team, 'A', { ifMatch: [secret.etag], ...context }))).code,
      ).toBe('PRECONDITION_FAILED')
      await write(team, 'A', { ifMatch: ['*'] })
      expect((await failureOf(write(team, 'B', { ifMatch: ['*'] }))).code).toBe('PRECONDITION_FAILED')
    })

    it('writes with If-None-Match only if the secret does not exist', async () => {
      const { team, write } = await newTeam()
      await write(team, 'A', { ifNoneMatch: true })
      expect((await failureOf(write(team, 'A', { ifNoneMatch: true }))).code).toBe('PRECONDITION_FAILED')
    })

    it('lets one of many concurrent creates of a name succeed', async () => {
      const { store, teamId, team, write } = await newTeam()
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, (_, index) => write(team, 'A', { expect: 'absent', value: `${index}` })),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect((await store.listSecrets(teamId, team, {})).total).toBe(1)
    })

    it('lets one of many concurrent changes of a version succeed', async () => {
      const { team, write } = await newTeam()
      const { secret } = await write(team, 'A')
      const outcomes = await Promise.allSettled(
        Array.from({ length: 12 }, () => write(team, 'A', { ifMatch: [secret.etag] })),
      )
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    it('loses none of many concurrent sets of a name', async () => {
      const { store, teamId, team, write } = await newTeam()
      await Promise.all(Array.from({ length: 12 }, () => write(team, 'A')))
      expect((await store.secret(teamId, team, 'A')).version).toBe(12)
    })

    it('deletes a secret once', async () => {
      const { store, teamId, team, write, context } = await newTeam()
      await write(team, 'A')
      await store.deleteSecret(teamId, team, 'A', context)
      expect((await failureOf(store.deleteSecret(teamId, team, 'A', context))).code).toBe('NOT_FOUND')
      expect((await failureOf(store.sealedSecret(teamId, team, 'A'))).code).toBe('NOT_FOUND')
      expect(await store.listSecrets(teamId, team, {})).toMatchObject({ items: [], total: 0 })
    })

    it('lists names by code point, including case', async () => {
      const { store, teamId, team, write } = await newTeam()
      for (const name of ['b', 'A', '_a', 'B2', 'a-1', 'a_1', 'Z9']) await write(team, name)
      const { items } = await store.listSecrets(teamId, team, {})
      expect(items.map(({ name }) => name)).toEqual(['A', 'B2', 'Z9', '_a', 'a-1', 'a_1', 'b'])
    })

    for (const orderBy of ['name', 'dtCreated'] as const) {
      for (const order of ['asc', 'desc'] as const) {
        it(`lists all pages by ${orderBy}, ${order}, without losing or repeating a name`, async () => {
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

    it('finds names by a part without regard to case, with wildcards taken literally', async () => {
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

    it('refuses a cursor of another list', async () => {
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
        expect((await failureOf(other.store.deleteSecret(other.teamId, scope, 'A', other.context))).code).toBe(
          'NOT_FOUND',
        )
        expect((await failureOf(other.write(scope, 'A'))).code).toBe('NOT_FOUND')
      }
      await other.write(other.team, 'A')
      await one.store.deleteSecret(one.teamId, web, 'A', one.context)
      expect((await one.store.listSecrets(one.teamId, gpu, {})).total).toBe(1)
      expect((await other.store.listSecrets(other.teamId, other.team, {})).total).toBe(1)
    })

    it('counts failures atomically, and starts over after some time', async () => {
      const { store } = await newTeam()
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
