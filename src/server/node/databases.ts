import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { type Dialect, type Kysely, PostgresDialect, SqliteDialect } from 'kysely'
import { readKeyCheck } from '#server/store/installation.ts'
import { type DirectReader, readDirectly } from '#server/store/prepared.ts'
import type { DatabaseKind, Schema } from '#server/store/schema.ts'
import { connect } from '#server/store/sql.ts'
import { sqliteDatabase } from '#server/store/sqlite-database.ts'

/** A database to keep the secrets in: a file of the embedded SQLite, or an address of PostgreSQL. */
export type DatabaseLocation = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

/** Connects to the database; SQLite's file is made, readable by its owner only, when there is none. */
export const openDatabase = (location: DatabaseLocation): { db: Kysely<Schema>; kind: DatabaseKind } => {
  const { kind } = location
  if (kind === 'postgres') return { db: connect(postgresDialect(location.url)), kind }
  const reader = sqliteReader(location.path)
  const db = connect(sqliteDialect(location.path, reader.close))
  readDirectly(db, reader.read)
  return { db, kind }
}

/**
 * Reads the key check of an existing database without writing to it: a start with the wrong master key must leave
 * everything as it was. `undefined` when there is no database yet, or an empty one.
 */
export const peekKeyCheck = async (location: DatabaseLocation): Promise<Uint8Array | undefined> => {
  const db = openReadOnly(location)
  try {
    return db && (await readKeyCheck(db))
  } finally {
    await db?.destroy()
  }
}

/** Connects for reading only, and makes nothing; `undefined` when there is no file of SQLite's, or an empty one. */
export const openReadOnly = (location: DatabaseLocation): Kysely<Schema> | undefined => {
  if (location.kind === 'postgres') return connect(postgresDialect(location.url))
  if (!existsSync(location.path) || statSync(location.path).size === 0) return undefined
  return connect(readOnlySqliteDialect(location.path))
}

/**
 * The largest file that is read through for damage at each start, in bytes. A file of some hundreds of thousands of
 * secrets takes seconds, and is checked as far as it is used: SQLite says when a page that it reads makes no sense.
 */
const mostChecked = 128 * 1024 * 1024

/**
 * A second connection for reading, opened with the first read. It sees each transaction whole once it is committed, and
 * never waits: the log lets readers go on beside the writer.
 */
const sqliteReader = (path: string): { read: DirectReader; close(): void } => {
  let opened: { database: DatabaseSync; statements: Map<string, StatementSync> } | undefined
  const open = () => {
    const database = new DatabaseSync(path, { timeout: 5000, readOnly: true })
    database.exec('pragma trusted_schema = off; pragma cache_size = -16384;')
    return { database, statements: new Map<string, StatementSync>() }
  }
  return {
    read: (sql, parameters) => {
      opened ??= open()
      const { database, statements } = opened
      let statement = statements.get(sql)
      if (!statement) {
        statement = database.prepare(sql)
        statements.set(sql, statement)
      }
      return statement.all(...(parameters as SQLInputValue[]))
    },
    close: () => {
      opened?.database.close()
      opened = undefined
    },
  }
}

const sqliteDialect = (path: string, beforeClose: () => void): Dialect =>
  new SqliteDialect({
    database: async () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      const database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
      chmodSync(path, 0o600)
      database.exec(`
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma trusted_schema = off;
        pragma secure_delete = on;
        pragma cache_size = -65536;
        pragma wal_autocheckpoint = 4000;
        pragma journal_size_limit = 67108864;
      `)
      if (statSync(path).size <= mostChecked && database.prepare('pragma quick_check(1)').get()?.quick_check !== 'ok') {
        database.close()
        throw new Error(`The database file ${path} is damaged. Restore it from a backup.`)
      }
      return sqliteDatabase(driverOf(database, beforeClose))
    },
  })

const readOnlySqliteDialect = (path: string): Dialect =>
  new SqliteDialect({
    database: async () => sqliteDatabase(driverOf(new DatabaseSync(urlForReading(path), { readOnly: true }))),
  })

/** A leftover write-ahead log has to be read too; without one, `immutable` keeps SQLite from making files. */
export const urlForReading = (path: string): URL => {
  const url = pathToFileURL(path)
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1')
  return url
}

/** Puts an open database behind Kysely. */
export const connectTo = (database: DatabaseSync): Kysely<Schema> =>
  connect(new SqliteDialect({ database: sqliteDatabase(driverOf(database)) }))

const driverOf = (database: DatabaseSync, beforeClose = () => {}) => ({
  prepare: (sql: string) => {
    const statement = database.prepare(sql)
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
      run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
    }
  },
  close: () => {
    beforeClose()
    database.close()
  },
})

const int8 = 20

const postgresDialect = (url: string): Dialect =>
  new PostgresDialect({
    pool: async () => {
      // Loaded when it is needed: with SQLite, the driver would only take memory.
      const { default: pg } = await import('pg')
      const types = new pg.TypeOverrides()
      // Whole numbers stay far below 2⁵³ here; as strings, they would be another type than SQLite's.
      types.setTypeParser(int8, Number)
      const pool = new pg.Pool({
        connectionString: url,
        max: 16,
        connectionTimeoutMillis: 5000,
        statement_timeout: 30_000,
        idle_in_transaction_session_timeout: 30_000,
        types,
      })
      // A lost connection is told to whoever uses it next. Without a listener, its event would end the process.
      const listen = () => undefined
      pool.on('error', listen)
      pool.on('connect', (client) => client.on('error', listen))
      return pool
    },
  })
