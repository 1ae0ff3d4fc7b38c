import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { describe, expect, inject, it } from 'vitest'
import { createVault } from '#server/crypto/vault.ts'
import { openStore } from '#server/store/open-store.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { fileMode, folderContent, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { openDatabase, peekKeyCheck } from './open-database.ts'

const vault = await createVault(new Uint8Array(32).fill(7))
const newLocation = () => ({ kind: 'sqlite', path: join(newTemporaryFolder(), 'data', 'secrets.db') }) as const

describe('the SQLite database', () => {
  it.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['trusted_schema', 0],
    ['secure_delete', 1],
    ['busy_timeout', 5000],
  ])('is opened with %s at %s: a set that was acknowledged is on the disk', async (pragma, wanted) => {
    const { db } = openDatabase(newLocation())
    cleanUp(() => db.destroy())
    const { rows } = await sql<Record<string, unknown>>`${sql.raw(`pragma ${pragma}`)}`.execute(db)
    expect(Object.values(rows[0] ?? {})).toEqual([wanted])
  })

  it('is readable by its owner only, like its folder', async () => {
    const location = newLocation()
    const { db } = openDatabase(location)
    cleanUp(() => db.destroy())
    await sql`select 1`.execute(db)
    expect([fileMode(location.path), fileMode(join(location.path, '..'))]).toEqual(['0600', '0700'])
  })
})

describe('peekKeyCheck', () => {
  it('returns nothing without a database, and creates no file', async () => {
    const location = newLocation()
    expect(await peekKeyCheck(location)).toBeUndefined()
    expect(existsSync(join(location.path, '..'))).toBe(false)
  })

  it('returns nothing for an empty file', async () => {
    const path = join(newTemporaryFolder(), 'secrets.db')
    writeFileSync(path, '')
    expect(await peekKeyCheck({ kind: 'sqlite', path })).toBeUndefined()
    expect(Object.keys(folderContent(join(path, '..')))).toEqual(['secrets.db'])
  })

  it('returns the key check of a database, and changes nothing', async () => {
    const location = newLocation()
    const { db, kind } = openDatabase(location)
    const store = await openStore(db, kind, { vault, now: () => Date.now() })
    await store.close()
    const before = folderContent(join(location.path, '..'))
    const check = await peekKeyCheck(location)
    expect(await vault.passesKeyCheck(check ?? new Uint8Array())).toBe(true)
    expect(folderContent(join(location.path, '..'))).toEqual(before)
  })
})

describe('the PostgreSQL database', () => {
  /** Creates a database whose connections the test may close. */
  const newDatabase = async () => {
    const url = await newPostgresDatabase()
    const name = new URL(url).pathname.slice(1)
    const admin = new pg.Client(inject('postgres'))
    await admin.connect()
    cleanUp(() => admin.end())
    const endConnections = () =>
      admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    return { url, endConnections }
  }

  it('may close idle connections, as in a restart: the next statement opens another', async () => {
    const { url, endConnections } = await newDatabase()
    const { db } = openDatabase({ kind: 'postgres', url })
    cleanUp(() => db.destroy())
    const ask = () => sql`select 1 as one`.execute(db)
    await Promise.all([ask(), ask(), ask()])
    await endConnections()
    await expect.poll(ask).toMatchObject({ rows: [{ one: 1 }] })
  })

  it('may close a connection during a transaction, which fails: the next statement is answered', async () => {
    const { url, endConnections } = await newDatabase()
    const { db } = openDatabase({ kind: 'postgres', url })
    cleanUp(() => db.destroy())
    const ask = () => sql`select 1 as one`.execute(db)
    const doomed = db.transaction().execute(async (trx) => {
      await sql`select 1`.execute(trx)
      await endConnections()
      await sql`select 1`.execute(trx)
    })
    await expect(doomed).rejects.toThrow()
    await expect.poll(ask).toMatchObject({ rows: [{ one: 1 }] })
  })
})
