import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { sql, type Transaction } from 'kysely'
import { describe, expect, inject, it } from 'vitest'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { Failure } from '#shared/failure.ts'
import type { Schema } from './schema.ts'
import { afterCommit, mayAssume, runTransaction } from './transactions.ts'

const postgres: DatabaseLocation = { kind: 'postgres', url: inject('postgres') }
const open = (location: DatabaseLocation) => {
  const { db } = openDatabase(location)
  cleanUp(() => db.destroy())
  return db
}
const asked = (code: string) => Object.assign(new Error('could not serialize access'), { code })

/** Creates a table with two rows, and returns a function that increments one of them. */
const newTable = async () => {
  const db = open(postgres)
  const table = sql.id(`counts_${randomUUID().replaceAll('-', '')}`)
  await sql`create table ${table} (id integer primary key, count integer not null)`.execute(db)
  cleanUp(() => sql`drop table ${table}`.execute(db))
  await sql`insert into ${table} values (1, 0), (2, 0)`.execute(db)
  const add = (trx: Transaction<Schema>, id: number) =>
    sql`update ${table} set count = count + 1 where id = ${id}`.execute(trx)
  const counts = async () => (await sql<{ count: number }>`select count from ${table} order by id`.execute(db)).rows
  return { db, add, counts, table }
}

describe('a transaction', () => {
  it('is retried after a deadlock', async () => {
    const { db, add, counts } = await newTable()
    const met = Promise.withResolvers<void>()
    let begun = 0
    let runs = 0
    const both = (first: number, second: number) =>
      db.transaction().execute(async (trx) => {
        runs++
        await add(trx, first)
        if (++begun === 2) met.resolve()
        // Each has locked one row by now, and goes on to lock the other.
        await met.promise
        await add(trx, second)
      })
    await Promise.all([both(1, 2), both(2, 1)])
    // PostgreSQL rolls back one of the two, or both when both detect the deadlock at the same time.
    expect(runs).toBeGreaterThan(2)
    expect(await counts()).toEqual([{ count: 2 }, { count: 2 }])
  })

  it('that is serializable is retried until all conflicting ones have committed', async () => {
    const { db, add, counts, table } = await newTable()
    const one = () =>
      db
        .transaction()
        .setIsolationLevel('serializable')
        .execute(async (trx) => {
          await sql`select * from ${table}`.execute(trx)
          await add(trx, 1)
        })
    await Promise.all([one(), one(), one(), one()])
    expect((await counts())[0]).toEqual({ count: 4 })
  })

  it('fails as UNAVAILABLE after the last retry, and changes nothing', async () => {
    let runs = 0
    const never = runTransaction(async () => {
      runs++
      throw asked('40001')
    })
    await expect(never).rejects.toMatchObject({ code: 'UNAVAILABLE', retryAfter: 1 })
    expect(runs).toBe(8)
  })

  it('is not retried after any other error', async () => {
    let runs = 0
    const failing = runTransaction(async () => {
      runs++
      throw asked('23505')
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(runs).toBe(1)
  })
})

describe('a transaction that relies on what may be stale', () => {
  it('runs again without relying on it when the database fails it, whatever the error', async () => {
    const { db, add, counts, table } = await newTable()
    const assumed: boolean[] = []
    await db.transaction().execute(async (trx) => {
      await add(trx, 1)
      assumed.push(mayAssume(trx))
      if (assumed.at(-1)) await sql`insert into ${table} values (3, null)`.execute(trx)
    })
    expect(assumed).toEqual([true, false])
    expect(await counts()).toEqual([{ count: 1 }, { count: 0 }])
  })

  it('throws the error of its second run', async () => {
    const { db, table } = await newTable()
    const assumed: boolean[] = []
    const failing = db.transaction().execute(async (trx) => {
      assumed.push(mayAssume(trx))
      await sql`insert into ${table} values (1, 0)`.execute(trx)
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(assumed).toEqual([true, false])
  })

  it('runs once when it refuses a request', async () => {
    const { db } = await newTable()
    const assumed: boolean[] = []
    const refused = db.transaction().execute(async (trx) => {
      assumed.push(mayAssume(trx))
      throw new Failure('CONFLICT', 'no')
    })
    await expect(refused).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(assumed).toEqual([true])
  })
})

describe.each([
  ['SQLite', () => ({ kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }) as const],
  ['PostgreSQL', () => postgres],
])('a task of a transaction on %s', (_, location) => {
  it('runs after the commit, and not after a rollback', async () => {
    const db = open(location())
    const done: string[] = []
    await db.transaction().execute(async (trx) => {
      afterCommit(trx, () => done.push('held'))
      expect(done).toEqual([])
    })
    const undone = db.transaction().execute(async (trx) => {
      afterCommit(trx, () => done.push('undone'))
      throw new Error('no')
    })
    await expect(undone).rejects.toThrow('no')
    expect(done).toEqual(['held'])
  })
})
