import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { createVault } from '#server/crypto/vault.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { NewerDatabase, release } from '#server/store/db/migrations.ts'
import { openStore } from '#server/store/open-store.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import type { Statements } from '#server/testing/postgres/recorded-statements.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { type Migrations, migrate, migrateAs, migrations } from './migrations.ts'
import type { DatabaseKind, Schema } from './schema.ts'

const newest = release
const before: Statements = JSON.parse(readFileSync(new URL(`./released/${newest - 1}.json`, import.meta.url), 'utf8'))

const newLocation: Record<DatabaseKind, () => Promise<DatabaseLocation>> = {
  sqlite: async () => ({ kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }),
  postgres: async () => ({ kind: 'postgres', url: await newPostgresDatabase() }),
}

const open = (location: DatabaseLocation): Kysely<Schema> => {
  const { db } = openDatabase(location)
  cleanUp(() => db.destroy())
  return db
}

/** Checks a statement against the tables without running it. */
const prepare = (db: Kysely<Schema>, kind: DatabaseKind, statement: string) =>
  db.connection().execute(async (connection) => {
    const name = `s${randomUUID().replaceAll('-', '')}`
    const text =
      kind === 'postgres' ? `prepare ${name} as ${statement}` : `explain ${statement.replaceAll('?', 'null')}`
    await sql.raw(text).execute(connection)
    if (kind === 'postgres') await sql.raw(`deallocate ${name}`).execute(connection)
  })

/** Returns the table and columns of an insert. */
const insertIn = (statement: string) => {
  const [, table, columns] = /^insert into "?(\w+)"? \(([^)]*)\)/.exec(statement) ?? []
  return table && columns
    ? { table, columns: columns.split(',').map((column) => column.trim().replaceAll('"', '')) }
    : undefined
}

describe.each(['sqlite', 'postgres'] as const)('on %s, the newest tables', (kind) => {
  it('accept every statement of the previous release, whose servers run alongside the new ones during an upgrade', async () => {
    const db = open(await newLocation[kind]())
    await migrate(db, kind)
    expect(before[kind].length).toBeGreaterThan(100)
    const broken: string[] = []
    for (const statement of before[kind]) {
      await prepare(db, kind, statement).catch((error) => broken.push(`${String(error)}: ${statement}`))
    }
    expect(broken).toEqual([])
  })

  it('require no column that the inserts of the previous release leave out', async () => {
    const db = open(await newLocation[kind]())
    await migrate(db, kind)
    const tables = new Map((await db.introspection.getTables()).map((table) => [table.name, table.columns]))
    const missing: string[] = []
    const inserts = before[kind].flatMap((statement) => insertIn(statement) ?? [])
    expect(inserts.length).toBeGreaterThan(15)
    for (const { table, columns } of inserts) {
      for (const { name, isNullable, hasDefaultValue, isAutoIncrementing } of tables.get(table) ?? []) {
        const needed = !isNullable && !hasDefaultValue && !isAutoIncrementing
        if (needed && !columns.includes(name)) missing.push(`${table}.${name}`)
      }
    }
    expect(missing).toEqual([])
  })
})

const added = (name: string): Migrations => ({
  [name]: async (db) => {
    await db.schema
      .createTable(`made_by_${name.slice(0, 4)}`)
      .addColumn('id', 'integer')
      .execute()
  },
})
/** Returns a version that is this many releases ahead. */
const ahead = (releases: number) => ({
  migrations: Object.assign(
    {},
    migrations,
    ...Array.from({ length: releases }, (_, index) => added(`900${index}-later`)),
  ),
  release: release + releases,
})

const contentOf = async (db: Kysely<Schema>) => ({
  tables: (await db.introspection.getTables({ withInternalKyselyTables: true })).map(({ name }) => name).sort(),
  migrations: (await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)).rows,
  release: await db.selectFrom('schema_release').selectAll().execute(),
})

describe.each(['sqlite', 'postgres'] as const)('on %s, a version of the product', (kind) => {
  const vault = createVault(new Uint8Array(32).fill(7))

  it('starts on a database that the next release has migrated, and leaves it unchanged', async () => {
    const location = await newLocation[kind]()
    const db = open(location)
    await migrateAs(db, kind, ahead(1))
    const found = await contentOf(db)
    expect(found.release).toEqual([{ id: 1, release: release + 1, oldest: release }])
    await migrate(db, kind)
    expect(await contentOf(db)).toEqual(found)
    const { db: own } = openDatabase(location)
    const store = await openStore(own, kind, { vault: await vault, now: () => Date.now() })
    expect(await store.isSetUp()).toBe(false)
    await store.close()
  })

  it('refuses a database that the release after the next has migrated, and writes nothing', async () => {
    const db = open(await newLocation[kind]())
    await migrateAs(db, kind, ahead(2))
    const found = await contentOf(db)
    await expect(migrate(db, kind)).rejects.toThrow(NewerDatabase)
    expect(await contentOf(db)).toEqual(found)
  })

  it('records its release with its last migration', async () => {
    const db = open(await newLocation[kind]())
    await migrate(db, kind, '0008-logins')
    await migrate(db, kind)
    expect((await contentOf(db)).release).toEqual([{ id: 1, release, oldest: release - 1 }])
  })
})

describe('several nodes that start at once', () => {
  it.each([
    ['an empty database', undefined],
    ['one of the release before', '0008-logins'],
  ] as const)('on %s bring it to the current form once', async (_, from) => {
    const location = await newLocation.postgres()
    const vault = await createVault(new Uint8Array(32).fill(7))
    if (from) await migrate(open(location), 'postgres', from)
    const stores = await Promise.all(
      Array.from({ length: 6 }, () => openStore(open(location), 'postgres', { vault, now: () => Date.now() })),
    )
    const keys = new Set(stores.map((store) => store.auditPublicKey()))
    expect(keys.size).toBe(1)
    const { migrations: run } = await contentOf(open(location))
    expect(run.map(({ name }) => name)).toEqual(Object.keys(migrations))
  })
})
