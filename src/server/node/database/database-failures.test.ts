import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Kysely, sql } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { migrate } from '#server/store/db/migrations.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { Failure } from '#shared/failure.ts'
import { databaseFailure, tellingFailures, translated } from './database-failures.ts'
import { openDatabase } from './open-database.ts'

const away = (message: RegExp) => ({
  code: 'UNAVAILABLE',
  message: expect.stringMatching(message),
  retryAfter: expect.any(Number),
})
const write = (db: Kysely<Schema>, key: string = randomUUID()) =>
  db.transaction().execute(async (trx) => {
    await trx.insertInto('attempt').values({ key, failures: 1, blocked_until: 0, last_at: 0 }).execute()
  })

describe('a SQLite database', () => {
  const open = async () => {
    const path = join(newTemporaryFolder(), 'secrets.db')
    const { db } = openDatabase({ kind: 'sqlite', path })
    cleanUp(() => db.destroy())
    await migrate(db, 'sqlite')
    return { db, path }
  }

  it('reports a full disk, keeps its data, and works again when there is space', async () => {
    const { db } = await open()
    await write(db, 'before')
    await sql`pragma max_page_count = 1`.execute(db)
    await expect(write(db, 'x'.repeat(1_000_000))).rejects.toMatchObject(away(/disk of the database is full/))
    expect(await db.selectFrom('attempt').select('key').execute()).toEqual([{ key: 'before' }])
    await sql`pragma max_page_count = 1000000`.execute(db)
    await write(db, 'x'.repeat(1_000_000))
  })

  it('reports a lock of another program, and works again when it is released', async () => {
    const { db, path } = await open()
    await sql`pragma busy_timeout = 1`.execute(db)
    const other = new DatabaseSync(path)
    cleanUp(() => other.close())
    other.exec('begin immediate')
    await expect(write(db)).rejects.toMatchObject(away(/too much to do/))
    other.exec('rollback')
    await write(db)
  })
})

describe('a PostgreSQL database', () => {
  const open = (options: { poolSize?: number } = {}) => {
    const { db } = openDatabase({ kind: 'postgres', url: inject('postgres'), ...options })
    cleanUp(() => db.destroy())
    return db
  }

  it('reports a statement that takes too long', async () => {
    const slow = open()
      .transaction()
      .execute(async (trx) => {
        await sql`set local statement_timeout = 20`.execute(trx)
        await sql`select pg_sleep(30)`.execute(trx)
      })
    await expect(slow).rejects.toMatchObject(away(/took too long/))
  })

  it('reports that it is read-only, as a standby is', async () => {
    const writing = open()
      .transaction()
      .setAccessMode('read only')
      .execute((trx) => sql`create table never (id integer)`.execute(trx))
    await expect(writing).rejects.toMatchObject(away(/takes no changes/))
  })

  it('reports that all connections are in use, and nothing waits forever', async () => {
    const db = open({ poolSize: 2 })
    const done = Promise.withResolvers<void>()
    const holding = [1, 2].map(() => db.transaction().execute(() => done.promise))
    await expect(sql`select 1`.execute(db)).rejects.toMatchObject(away(/too much to do/))
    done.resolve()
    await Promise.all(holding)
    expect((await sql`select 1 as one`.execute(db)).rows).toEqual([{ one: 1 }])
  })

  it('reports that it cannot be reached', async () => {
    const { db } = openDatabase({ kind: 'postgres', url: 'postgres://nobody@127.0.0.1:1/none' })
    cleanUp(() => db.destroy())
    await expect(sql`select 1`.execute(db)).rejects.toMatchObject(away(/cannot be reached/))
  })
})

describe('an error of a database', () => {
  it.each([
    ['57P01', 'does not answer'],
    ['57P03', 'cannot be reached'],
    ['08006', 'does not answer'],
    ['53300', 'too much to do'],
    ['53100', 'disk of the database is full'],
    ['58030', 'does not work as it should'],
    ['ECONNRESET', 'does not answer'],
  ])('with the code %s means that it is away, and is kept as the cause', (code, message) => {
    const error = Object.assign(new Error('canary'), { code })
    const failure = databaseFailure(error)
    expect(failure?.message).toContain(message)
    expect(failure?.message).not.toContain('canary')
    expect(failure?.cause).toBe(error)
  })

  it.each(['23505', '42P01', '22P02', 'EACCES'])('with the code %s is a mistake, and stays one', (code) => {
    const error = Object.assign(new Error('a mistake'), { code })
    expect(databaseFailure(error)).toBeUndefined()
    expect(translated(error)).toBe(error)
  })

  it('is thrown although a library hides or replaces it', async () => {
    const lost = () => translated(Object.assign(new Error('lost'), { code: '57P01' }))
    const swallowed = tellingFailures(async () => {
      lost()
      return 'no such session'
    })
    await expect(swallowed).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    const replaced = tellingFailures(async () => {
      lost()
      throw new Error('Failed to get session')
    })
    await expect(replaced).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    const refused = new Failure('UNAUTHORIZED', 'no')
    await expect(tellingFailures(() => Promise.reject(refused))).rejects.toBe(refused)
  })
})
