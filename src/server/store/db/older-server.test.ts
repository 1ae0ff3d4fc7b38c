import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { createVault } from '#server/crypto/vault.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { sealableValue } from '#server/services/write-secret.ts'
import { openStore } from '#server/store/open-store.ts'
import { addTeam } from '#server/testing/app/add-team.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import type { Schema } from './schema.ts'

const at = 1_800_000_000_000
const vault = await createVault(new Uint8Array(32).fill(7))

/** A team on a database that servers of this release and of the previous one write to. */
const openBoth = async (location: DatabaseLocation) => {
  const { db, kind } = openDatabase(location)
  const store = await openStore(db, kind, { vault, now: () => at })
  cleanUp(() => store.close())
  const id = newId('te')
  const owner = { id: newId('us'), name: 'Ada', email: `${id}@example.com` }
  const dataKey = await vault.newDataKey(id, newId('dk'))
  await addTeam(db, kind, { team: { id, namespace: id, name: 'Team', role: 'owner' }, owner, dataKey, at })
  const scope = { kind: 'team' as const, id }
  const place = { teamId: id, scopeId: id, name: 'A' }
  return {
    db,
    teamId: id,
    store,
    older: olderServer(db, { ...place, by: owner.id }, async (version, value) => ({
      keyId: dataKey.id,
      bytes: (await vault.seal(dataKey, { ...place, version }, value)).bytes,
    })),
    set: async (value: string) => {
      const write = { name: 'A', expect: 'any' as const, by: owner, at, ...sealableValue(vault, place, value) }
      return (await store.writeSecret(id, scope, write)).secret
    },
    versions: async () => (await store.listVersions(id, scope, 'A', {})).items,
    value: async () => {
      const { version, sealed } = await store.sealedSecret(id, scope, 'A')
      return vault.open(dataKey, { ...place, version }, sealed)
    },
  }
}

type Seal = (version: number, value: string) => Promise<{ keyId: string; bytes: Uint8Array }>

/** The statements of the previous release, as it sends them. */
const olderServer = (
  db: Kysely<Schema>,
  { teamId, scopeId, name, by }: { teamId: string; scopeId: string; name: string; by: string },
  seal: Seal,
) => {
  const here = sql`team_id = ${teamId} and scope_id = ${scopeId} and name = ${name}`
  return {
    create: async (value: string) => {
      const { keyId, bytes } = await seal(1, value)
      await sql`insert into secret
        (team_id, scope_id, name, name_key, version, revision, created_at, modified_at, modified_by)
        values (${teamId}, ${scopeId}, ${name}, ${name.toLowerCase()}, 1, 1, ${at}, ${at}, ${by})`.execute(db)
      await sql`insert into secret_version
        (team_id, scope_id, name, version, algorithm, key_id, sealed, created_at, created_by)
        values (${teamId}, ${scopeId}, ${name}, 1, 'A256GCM', ${keyId}, ${bytes}, ${at}, ${by})`.execute(db)
    },
    /** Replaces the old version in its row. */
    replace: async (old: number, value: string) => {
      const version = old + 1
      const { keyId, bytes } = await seal(version, value)
      await sql`update secret set version = ${version}, revision = revision + 100 where ${here}`.execute(db)
      await sql`update secret_version set version = ${version}, key_id = ${keyId}, sealed = ${bytes},
        created_at = ${at}, created_by = ${by} where ${here} and version = ${old}`.execute(db)
    },
    delete: async () => {
      await sql`delete from secret where ${here}`.execute(db)
    },
  }
}

describe.each<[string, DatabaseLocation]>([
  ['SQLite', { kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }],
  ['PostgreSQL', { kind: 'postgres', url: inject('postgres') }],
])('a server of the version before beside this one on %s', (_label, location) => {
  it('sets a secret whose known metadata this one shows, and recognises an equal value', async () => {
    const { older, set, versions } = await openBoth(location)
    await older.create('one')
    expect(await versions()).toMatchObject([{ version: 1, size: 3, fingerprint: null, restoredFrom: null }])
    expect(await set('one')).toMatchObject({ version: 1, unchanged: true })
    expect(await set('three')).toMatchObject({ version: 2 })
    expect(await versions()).toMatchObject([
      { version: 2, size: 5, fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) },
      { version: 1, fingerprint: null },
    ])
  })

  it('replaces a value, whose old fingerprint does not count for the new one', async () => {
    const { older, set, versions, value } = await openBoth(location)
    await set('one')
    await older.replace(1, 'three')
    expect(await versions()).toMatchObject([{ version: 2, size: 5, fingerprint: null, restoredFrom: null }])
    expect((await set('one')).unchanged).toBeUndefined()
    expect(await value()).toBe('one')
    await older.replace(3, 'four')
    expect(await set('four')).toMatchObject({ version: 4, unchanged: true })
  })

  it('leaves a damaged value, which can be replaced', async () => {
    const { db, teamId, older, set, value } = await openBoth(location)
    await older.create('one')
    await sql`update secret_version set sealed = ${new Uint8Array(40)} where team_id = ${teamId}`.execute(db)
    expect((await set('one')).version).toBe(2)
    expect(await value()).toBe('one')
  })

  it('deletes a secret that has older versions', async () => {
    const { older, set, versions } = await openBoth(location)
    await set('one')
    await set('two')
    await older.delete()
    expect(await set('one')).toMatchObject({ version: 1 })
    expect(await versions()).toHaveLength(1)
  })
})
