import { AsyncLocalStorage } from 'node:async_hooks'
import type { Dialect } from 'kysely'
import { Failure } from '#shared/failure.ts'
import { aroundStatements } from './around-statements.ts'

/** What a database that is away has in common, whichever way it went. Seconds to wait are those of `Retry-After`. */
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

/** By the codes of PostgreSQL and of the network. Classes of the former are in `byClass`. */
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
/** Connection exceptions, and errors of the system below the database. */
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

/** The driver of PostgreSQL tells the rest in words only. */
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

/** What to answer when the database is away, busy or out of room: `UNAVAILABLE`. `undefined` for any other error. */
export const databaseFailure = (error: unknown): Failure | undefined => {
  if (error instanceof Failure || !(error instanceof Error)) return undefined
  const reason = reasonOf(error)
  if (!reason) return undefined
  const { message, retryAfter } = words[reason]
  return new Failure('UNAVAILABLE', message, { retryAfter, cause: error })
}

type Witness = { failure?: Failure }
const witnesses = new AsyncLocalStorage<Witness>()

/** What to throw for an error of a driver. */
export const translated = (error: unknown): unknown => {
  const failure = databaseFailure(error)
  if (!failure) return error
  const witness = witnesses.getStore()
  if (witness) witness.failure = failure
  return failure
}

/**
 * Runs what may keep to itself that the database was away, as a library does that takes an error for “no such session”,
 * and throws the failure in place of whatever it made of it.
 */
export const tellingFailures = async <Result>(run: () => Promise<Result>): Promise<Result> => {
  const witness: Witness = {}
  try {
    const result = await witnesses.run(witness, run)
    if (witness.failure) throw witness.failure
    return result
  } catch (error) {
    throw witness.failure ?? error
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
