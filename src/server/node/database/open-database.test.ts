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

  it('is its owner’s alone, with its folder', async () => {
    const location = newLocation()
    const { db } = openDatabase(location)
    cleanUp(() => db.destroy())
    await sql`select 1`.execute(db)
    expect([fileMode(location.path), fileMode(join(location.path, '..'))]).toEqual(['0600', '0700'])
  })
})

describe('a look at the key check before the start', () => {
  it('finds none where there is no database, and makes no file', async () => {
    const location = newLocation()
    expect(await peekKeyCheck(location)).toBeUndefined()
    expect(existsSync(join(location.path, '..'))).toBe(false)
  })

  it('finds none in an empty file', async () => {
    const path = join(newTemporaryFolder(), 'secrets.db')
    writeFileSync(path, '')
    expect(await peekKeyCheck({ kind: 'sqlite', path })).toBeUndefined()
    expect(Object.keys(folderContent(join(path, '..')))).toEqual(['secrets.db'])
  })

  it('finds that of a database, and leaves everything as it is', async () => {
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
  /** A database of its own: the test ends every connection to it. */
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

  it('may close its connections, as at a restart: the next request opens another', async () => {
    const { url, endConnections } = await newDatabase()
    const { db } = openDatabase({ kind: 'postgres', url })
    cleanUp(() => db.destroy())
    const ask = () => sql`select 1 as one`.execute(db)
    await Promise.all([ask(), ask(), ask()])
    await endConnections()
    await expect.poll(ask, { timeout: 15_000 }).toMatchObject({ rows: [{ one: 1 }] })
  })

  it('may close a connection in the midst of a transaction: that one fails, and the next request is answered', async () => {
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
    await expect.poll(ask, { timeout: 15_000 }).toMatchObject({ rows: [{ one: 1 }] })
  })
})
