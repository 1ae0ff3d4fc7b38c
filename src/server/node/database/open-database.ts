import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { type Dialect, type Kysely, SqliteDialect } from 'kysely'
import { postgresDialect } from '#server/node/postgres/postgres-dialect.ts'
import { postgresListener } from '#server/node/postgres/postgres-listener.ts'
import { migrate } from '#server/store/db/migrations.ts'
import { type DirectReader, readDirectly } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { sqliteDatabase } from '#server/store/db/sqlite-dialect.ts'
import { connect, type NoteStatement } from '#server/store/db/transactions.ts'
import { readKeyCheck } from '#server/store/keys/installation.ts'
import type { ChangeSource } from '#server/store/trail/notices.ts'
import { type LogStatement, withStatementLog } from './around-statements.ts'
import { translated, withFailures } from './database-failures.ts'

/**
 * A database to keep the secrets in: a file of the embedded SQLite, or an address of PostgreSQL, with how many connections
 * to it are open at most, and whether it knows `LISTEN`, as it does unless told.
 */
export type DatabaseLocation =
  | { kind: 'sqlite'; path: string }
  | { kind: 'postgres'; url: string; poolSize?: number; listen?: boolean }

type OpenDatabase = { db: Kysely<Schema>; kind: DatabaseKind; changesFrom?: ChangeSource }

/**
 * Connects to the database; SQLite's file is made, readable by its owner only, when there is none. `note` is told of every
 * statement, which all take the same way then.
 */
export const openDatabase = (
  location: DatabaseLocation,
  { note, log }: { note?: NoteStatement | undefined; log?: LogStatement | undefined } = {},
): OpenDatabase => {
  const { kind } = location
  if (kind === 'postgres') {
    const { url, poolSize, listen = true } = location
    const db = connect(withStatementLog(postgresDialect(url, { size: poolSize }), log), note)
    return { db, kind, changesFrom: listen ? postgresListener(url) : 'trails' }
  }
  const reader = sqliteReader(location.path, log)
  const db = connect(withStatementLog(withFailures(sqliteDialect(location.path, reader.close)), log), note)
  if (!note) readDirectly(db, reader.read)
  return { db, kind }
}

/**
 * Brings a PostgreSQL database to the current form by connections of its own, on which nothing ends a statement for taking
 * long: changing a large table does, and so does waiting for another node that changes it. SQLite has no such limits.
 */
export const migrateSlowly = async (location: DatabaseLocation): Promise<void> => {
  if (location.kind === 'sqlite') return
  const db = connect(postgresDialect(location.url, { size: 2, unlimited: true }))
  try {
    await migrate(db, location.kind)
  } finally {
    await db.destroy()
  }
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
 * What each connection keeps of its file, in KiB and negative, as SQLite wants it. The system keeps the file's pages as
 * well: more here makes a node larger for as long as it takes to fill, and hardly faster.
 */
const pageCache = -16_384

/**
 * A second connection for reading, opened with the first read. It sees each transaction whole once it is committed, and
 * never waits: the log lets readers go on beside the writer.
 */
const sqliteReader = (path: string, log?: LogStatement): { read: DirectReader; close(): void } => {
  let opened: { database: DatabaseSync; statements: Map<string, StatementSync> } | undefined
  const open = () => {
    const database = new DatabaseSync(path, { timeout: 5000, readOnly: true })
    database.exec(`pragma trusted_schema = off; pragma cache_size = ${pageCache};`)
    return { database, statements: new Map<string, StatementSync>() }
  }
  return {
    read: (sql, parameters) => {
      const start = performance.now()
      try {
        opened ??= open()
        const { database, statements } = opened
        let statement = statements.get(sql)
        if (!statement) {
          statement = database.prepare(sql)
          statements.set(sql, statement)
        }
        return statement.all(...(parameters as SQLInputValue[]))
      } catch (error) {
        throw translated(error)
      } finally {
        log?.(sql, performance.now() - start)
      }
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
      refuseDamaged(path)
      const database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
      chmodSync(path, 0o600)
      database.exec(`
        pragma journal_mode = wal;
        pragma synchronous = full;
        pragma trusted_schema = off;
        pragma secure_delete = on;
        pragma cache_size = ${pageCache};
        pragma wal_autocheckpoint = 4000;
        pragma journal_size_limit = 67108864;
      `)
      return sqliteDatabase(driverOf(database, beforeClose))
    },
  })

/**
 * Throws when a file is damaged. It is read before it is opened for writing: a connection that may write puts the log
 * into the file as it closes, and so changes what somebody may still want to save.
 */
const refuseDamaged = (path: string): void => {
  if (!existsSync(path) || statSync(path).size === 0 || statSync(path).size > mostChecked) return
  const database = fileForReading(path)
  try {
    if (database.prepare('pragma quick_check(1)').get()?.quick_check === 'ok') return
  } finally {
    database.close()
  }
  throw new Error(`The database file ${path} is damaged. Restore it from a backup.`)
}

const fileForReading = (path: string): DatabaseSync => new DatabaseSync(urlForReading(path), { readOnly: true })

const readOnlySqliteDialect = (path: string): Dialect =>
  new SqliteDialect({ database: async () => sqliteDatabase(driverOf(fileForReading(path))) })

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
  inTransaction: () => database.isTransaction,
  close: () => {
    beforeClose()
    database.close()
  },
})
