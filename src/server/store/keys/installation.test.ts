import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createVault } from '#server/crypto/vault.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { migrate } from '#server/store/db/migrations.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { databaseKinds } from '#server/testing/processes/filled-installation.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { claim, sessionSecret, WrongMasterKey } from './installation.ts'

const newVault = () => createVault(crypto.getRandomValues(new Uint8Array(32)))

describe.each(databaseKinds)('an installation on %s', (kind) => {
  const newDatabase = async () => {
    const location: DatabaseLocation =
      kind === 'sqlite'
        ? { kind, path: join(newTemporaryFolder(), 'secrets.db') }
        : { kind, url: await newPostgresDatabase() }
    const { db } = openDatabase(location)
    cleanUp(() => db.destroy())
    return db
  }

  it('has one session secret from the start, the same for every process', async () => {
    const [db, vault] = [await newDatabase(), await newVault()]
    await migrate(db, kind)
    await claim(db, vault, 1)
    const secrets = await Promise.all([sessionSecret(db, vault), sessionSecret(db, vault), sessionSecret(db, vault)])
    expect(new Set([...secrets, await sessionSecret(db, vault)]).size).toBe(1)
    expect(secrets[0]?.length).toBeGreaterThan(40)
    expect(secrets).not.toContain(await vault.derive('sessions'))
  })

  it('of a release without rotations keeps its sessions, and its key gets its name', async () => {
    const [db, vault] = [await newDatabase(), await newVault()]
    await migrate(db, kind, '0009-versions')
    const key_check = await vault.keyCheck()
    await db.insertInto('installation').values({ id: 1, key_check, created_at: 1000, set_up_at: 2000 }).execute()
    await migrate(db, kind)
    await claim(db, vault, 3000)
    expect(await sessionSecret(db, vault)).toBe(await vault.derive('sessions'))
    expect(await sessionSecret(db, vault)).toBe(await vault.derive('sessions'))
    const row = db.selectFrom('installation').select(['master_key_id', 'master_key_at'])
    expect(await row.executeTakeFirst()).toEqual({ master_key_id: vault.masterKeyId(), master_key_at: 1000 })
  })

  it('is claimed by one of several keys that start at the same time', async () => {
    const db = await newDatabase()
    await migrate(db, kind)
    const vaults = await Promise.all(Array.from({ length: 4 }, newVault))
    const claims = await Promise.allSettled(vaults.map((vault) => claim(db, vault, 1)))
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const outcome of claims) {
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(WrongMasterKey)
    }
  })
})
