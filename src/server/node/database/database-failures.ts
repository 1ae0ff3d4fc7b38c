import { AsyncLocalStorage } from 'node:async_hooks'
import type { Dialect } from 'kysely'
import { Failure } from '#shared/failure.ts'
import { aroundStatements } from './around-statements.ts'

/** The answers for a database that is unavailable. `retryAfter` is in seconds. */
const words = {
  away: {
    message: 'The database does not answer. See whether a change was made before you make it again.',
    retryAfter: 2,
  },
  notReached: { message: 'The database cannot be reached. Nothing was changed. Try again in a moment.', retryAfter: 2 },
  slow: {
    message: 'The database took too long. See whether a change was made before you make it again.',
    retryAfter: 5,
  },
  crowded: { message: 'The database has too much to do. Nothing was changed. Try again in a moment.', retryAfter: 2 },
  readOnly: { message: 'The database takes no changes at the moment. Try again in a moment.', retryAfter: 5 },
  full: {
    message: 'The disk of the database is full. Nothing was changed. Make room on it, then try again.',
    retryAfter: 30,
  },
  disk: { message: 'The disk of the database does not work as it should. Check it, then try again.', retryAfter: 30 },
} as const
type Reason = keyof typeof words

/** By the codes of PostgreSQL and of the network. `byClass` has the classes of PostgreSQL's codes. */
const byCode: Record<string, Reason> = {
  ECONNREFUSED: 'notReached',
  ENOTFOUND: 'notReached',
  EAI_AGAIN: 'notReached',
  EHOSTUNREACH: 'notReached',
  ENETUNREACH: 'notReached',
  ECONNRESET: 'away',
  EPIPE: 'away',
  ETIMEDOUT: 'away',
  '57014': 'slow',
  '57P01': 'away',
  '57P02': 'away',
  '57P03': 'notReached',
  '57P05': 'away',
  '25P03': 'slow',
  '25006': 'readOnly',
  '53300': 'crowded',
  '53200': 'crowded',
  '53100': 'full',
  '55P03': 'crowded',
}
/** Connection exceptions, and errors of the operating system below the database. */
const byClass: Record<string, Reason> = { '08': 'away', '58': 'disk' }

/** By SQLite's primary result codes: BUSY, LOCKED, READONLY, IOERR, FULL, CANTOPEN. */
const bySqlite: Record<number, Reason> = {
  5: 'crowded',
  6: 'crowded',
  8: 'readOnly',
  10: 'disk',
  13: 'full',
  14: 'disk',
}

/** Other errors of PostgreSQL's driver have no code. */
const byMessage: [RegExp, Reason][] = [
  [/^timeout exceeded when trying to connect/, 'crowded'],
  [/^Connection terminated due to connection timeout/, 'notReached'],
  [/^Query read timeout/, 'slow'],
  [/^Connection terminated|not queryable$/, 'away'],
]

const reasonOf = (error: Error): Reason | undefined => {
  if ('errcode' in error && typeof error.errcode === 'number') return bySqlite[error.errcode & 0xff]
  if ('code' in error && typeof error.code === 'string') {
    const known = byCode[error.code] ?? (error.code.length === 5 ? byClass[error.code.slice(0, 2)] : undefined)
    if (known) return known
  }
  return byMessage.find(([pattern]) => pattern.test(error.message))?.[1]
}

/** Returns `UNAVAILABLE` for an error of a database that is away, busy or out of space, else `undefined`. */
export const databaseFailure = (error: unknown): Failure | undefined => {
  if (error instanceof Failure || !(error instanceof Error)) return undefined
  const reason = reasonOf(error)
  if (!reason) return undefined
  const { message, retryAfter } = words[reason]
  return new Failure('UNAVAILABLE', message, { retryAfter, cause: error })
}

/** The last failure of the database in an asynchronous context. */
type NewAuditRecord = { failure?: Failure }
const contexts = new AsyncLocalStorage<NewAuditRecord>()

/** Returns the error to throw for an error of a driver. */
export const translated = (error: unknown): unknown => {
  const failure = databaseFailure(error)
  if (!failure) return error
  const recorded = contexts.getStore()
  if (recorded) recorded.failure = failure
  return failure
}

/**
 * Runs code that may hide a failure of the database, as a library does that treats any error as “no such session”. Throws
 * the failure, whatever the code returned or threw instead.
 */
export const tellingFailures = async <Result>(run: () => Promise<Result>): Promise<Result> => {
  const recorded: NewAuditRecord = {}
  try {
    const result = await contexts.run(recorded, run)
    if (recorded.failure) throw recorded.failure
    return result
  } catch (error) {
    throw recorded.failure ?? error
  }
}

/** Returns a dialect whose statements throw `UNAVAILABLE` when the database is away. */
export const withFailures = (dialect: Dialect): Dialect =>
  aroundStatements(dialect, (execute) => async (query, options) => {
    try {
      return await execute(query, options)
    } catch (error) {
      throw translated(error)
    }
  })
