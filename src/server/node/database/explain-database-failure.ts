import { Failure } from '#shared/failure.ts'

/** SQLite's SQLITE_CORRUPT and SQLITE_NOTADB. */
const damaged = new Set<unknown>([11, 26])

/** Returns what to do about a database that cannot be used, or `undefined` for any other error. */
export const explainDatabase = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if (error instanceof Failure) return error.cause ? explainDatabase(error.cause) : undefined
  if ('code' in error && error.code === 'ECONNREFUSED') {
    return 'The database does not answer. Check DATABASE_URL, and that it is running.'
  }
  if ('errcode' in error && damaged.has(error.errcode)) {
    return 'The database in DATA_DIR is damaged, or is no database. Restore it from a backup.'
  }
  return undefined
}
