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
import type { ChangeSource } from '#server/store/trail/change-feed.ts'
import { type LogStatement, withStatementLog } from './around-statements.ts'
import { translated, withFailures } from './database-failures.ts'
import { watchDatabaseFiles } from './watch-database-files.ts'

/**
 * The location of the database: a file of the embedded SQLite, or the address of a PostgreSQL. `poolSize` is the maximum
 * number of connections. `listen` is false when the connection does not support `LISTEN`, as through some poolers.
 */
export type DatabaseLocation =
  | { kind: 'sqlite'; path: string }
  | { kind: 'postgres'; url: string; poolSize?: number; listen?: boolean }

/** `requireFiles` throws `DatabaseGone` when SQLite's files were removed. */
type OpenDatabase = { db: Kysely<Schema>; kind: DatabaseKind; changesFrom?: ChangeSource; requireFiles?: () => void }

/**
 * Opens the database. Creates SQLite's file if it is missing, readable by its owner only. `note` receives every statement
 * with its parameters; SQLite then reads through the connection that writes, too.
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
  const requireFiles = watchDatabaseFiles(location.path)
  const dialect = sqliteDialect(location.path, { requireFiles, beforeClose: reader.close })
  const db = connect(withStatementLog(withFailures(dialect), log), note)
  if (!note) readDirectly(db, reader.read)
  return { db, kind, requireFiles }
}

/**
 * Migrates a PostgreSQL database on connections without time limits: changing a large table takes long, and so does waiting
 * for another node that does. SQLite has no such limits.
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
 * Reads the key check of an existing database without writing to it: a start with the wrong master key must change
 * nothing. Returns `undefined` when there is no database or an empty one.
 */
export const peekKeyCheck = async (location: DatabaseLocation): Promise<Uint8Array | undefined> => {
  const db = openReadOnly(location)
  try {
    return db && (await readKeyCheck(db))
  } finally {
    await db?.destroy()
  }
}

/** Returns whether there is a database whose installation is set up, without writing to it. */
export const peekSetUp = async (location: DatabaseLocation): Promise<boolean> => {
  const db = openReadOnly(location)
  try {
    if (!db || (await readKeyCheck(db)) === undefined) return false
    const row = await db.selectFrom('installation').select('set_up_at').executeTakeFirst()
    return row?.set_up_at != null
  } finally {
    await db?.destroy()
  }
}

/** Opens the database for reading only. Returns `undefined` when SQLite's file is missing or empty. */
export const openReadOnly = (location: DatabaseLocation): Kysely<Schema> | undefined => {
  if (location.kind === 'postgres') return connect(postgresDialect(location.url))
  if (!existsSync(location.path) || statSync(location.path).size === 0) return undefined
  return connect(readOnlySqliteDialect(location.path))
}

/**
 * The size in bytes up to which a file is checked for damage at each start. Larger files would take seconds. SQLite still
 * reports a damaged page when it reads one.
 */
const maxCheckedSize = 128 * 1024 * 1024

/**
 * The page cache of a connection, in KiB, as the negative number that SQLite expects. The operating system caches the file
 * as well: a larger cache takes memory and saves little time.
 */
const pageCache = -16_384

/**
 * Returns a second connection for reading, which is opened with the first read. It sees committed transactions only, and
 * never waits: with the write-ahead log, readers and the writer do not block each other.
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

type SqliteHooks = { requireFiles?: () => void; beforeClose?: () => void }

const sqliteDialect = (path: string, hooks: SqliteHooks): Dialect =>
  new SqliteDialect({
    database: async () => {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
      requireUndamaged(path)
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
      return sqliteDatabase(driverOf(database, hooks))
    },
  })

/**
 * Throws when a file is damaged. Checks it before it is opened for writing: a connection that may write moves the log into
 * the file when it closes, and so changes a file that an administrator may still want to rescue.
 */
const requireUndamaged = (path: string): void => {
  if (!existsSync(path) || statSync(path).size === 0 || statSync(path).size > maxCheckedSize) return
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

/** Returns the URL for reading a file. A leftover write-ahead log is read too; else `immutable` prevents new files. */
export const urlForReading = (path: string): URL => {
  const url = pathToFileURL(path)
  if (!existsSync(`${path}-wal`)) url.searchParams.set('immutable', '1')
  return url
}

/** Wraps an open SQLite database in Kysely. */
export const connectTo = (database: DatabaseSync): Kysely<Schema> =>
  connect(new SqliteDialect({ database: sqliteDatabase(driverOf(database)) }))

const readsOnly = /^\s*(select|pragma|rollback)\b/i

const driverOf = (database: DatabaseSync, { requireFiles = () => {}, beforeClose = () => {} }: SqliteHooks = {}) => ({
  prepare: (sql: string) => {
    const statement = database.prepare(sql)
    const writes = !readsOnly.test(sql)
    // Checked at both ends of a transaction, and around a write of its own.
    const checked = <Result>(run: () => Result): Result => {
      if (!writes || (database.isTransaction && sql !== 'commit')) return run()
      requireFiles()
      const result = run()
      if (!database.isTransaction) requireFiles()
      return result
    }
    const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[]
    return {
      reader: statement.columns().length > 0,
      all: (parameters: readonly unknown[]) => checked(() => statement.all(...values(parameters))),
      run: (parameters: readonly unknown[]) => checked(() => statement.run(...values(parameters))),
      iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)),
    }
  },
  inTransaction: () => database.isTransaction,
  close: () => {
    beforeClose()
    database.close()
  },
})
