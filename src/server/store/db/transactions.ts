import { type Dialect, Kysely, type Transaction, type TransactionBuilder } from 'kysely'
import { Failure } from '#shared/failure.ts'
import type { Schema } from './schema.ts'

/**
 * The maximum number of runs of a transaction. When several write to the same rows, one of them succeeds in each round, so
 * this is also how many may conflict.
 */
const maxRuns = 8
/** The maximum pause before the second run, in milliseconds. It doubles with each run. */
const firstMaxPause = 10

/** PostgreSQL's serialization_failure and deadlock_detected: a retry of the same transaction may succeed. */
const retryable = new Set<unknown>(['40001', '40P01'])

/** Whether a concurrent transaction caused the rollback, so that a retry may succeed. */
const asksToRetry = (error: unknown): boolean => error instanceof Error && 'code' in error && retryable.has(error.code)

/** Runs after the commit, and is awaited. Must not throw: the transaction is already committed. */
type Task = () => unknown

/** One run of a transaction. */
type Run = { tasks: Task[]; mayAssume: boolean; assumed: boolean }

const runs = new WeakMap<Kysely<Schema>, Run>()

const runOf = (trx: Transaction<Schema>): Run => {
  const run = runs.get(trx)
  if (!run) throw new Error('The transaction does not belong to a database that connect() opened.')
  return run
}

/** Runs a task after the commit of the transaction, and never when it is rolled back. For this folder only. */
export const afterCommit = (trx: Transaction<Schema>, task: Task): void => {
  runOf(trx).tasks.push(task)
}

/** Returns a function that passes a message to `deliver` when the transaction commits, and drops it on a rollback. */
export const publisher =
  <Message>(deliver: (message: Message) => void) =>
  (trx: Transaction<Schema>, message: Message): void =>
    afterCommit(trx, () => deliver(message))

/**
 * Returns whether the transaction may rely on cached knowledge that may be stale, without a round trip to check it. When
 * the database then fails the transaction, for whatever reason, it runs again, and this returns `false`.
 */
export const mayAssume = (trx: Transaction<Schema>): boolean => {
  const run = runOf(trx)
  run.assumed = run.mayAssume
  return run.mayAssume
}

/**
 * Runs a transaction, and retries it after a random pause when concurrent transactions made the database roll it back.
 * What the transaction does besides statements must be safe to do twice.
 */
export const runTransaction = async <Result>(run: () => Promise<Result>): Promise<Result> => {
  for (let count = 1; ; count++) {
    try {
      return await run()
    } catch (error) {
      if (!asksToRetry(error)) throw error
      if (count === maxRuns) throw tooManyConflicts(error)
      await new Promise((resume) => setTimeout(resume, Math.random() * firstMaxPause * 2 ** count))
    }
  }
}

const tooManyConflicts = (cause: unknown): Failure =>
  new Failure('UNAVAILABLE', 'Too much is being changed at once here. Nothing was changed. Try again in a moment.', {
    retryAfter: 1,
    cause,
  })

/** A database whose transactions are retried as {@link runTransaction} does. All transactions of the product are. */
class Database extends Kysely<Schema> {
  override transaction(): TransactionBuilder<Schema> {
    return withRetries(super.transaction())
  }
}

const withRetries = (builder: TransactionBuilder<Schema>): TransactionBuilder<Schema> => {
  const execute = builder.execute.bind(builder)
  const setIsolationLevel = builder.setIsolationLevel.bind(builder)
  const setAccessMode = builder.setAccessMode.bind(builder)
  builder.setIsolationLevel = (level) => withRetries(setIsolationLevel(level))
  builder.setAccessMode = (mode) => withRetries(setAccessMode(mode))
  builder.execute = async (callback) => {
    let run: Run = { tasks: [], mayAssume: true, assumed: false }
    const runOnce = (mayAssume: boolean) =>
      execute((trx) => {
        run = { tasks: [], mayAssume, assumed: false }
        runs.set(trx, run)
        return callback(trx)
      })
    const result = await runTransaction(async () => {
      try {
        return await runOnce(true)
      } catch (error) {
        const mayBeStale = run.assumed && !(error instanceof Failure) && !asksToRetry(error)
        if (!mayBeStale) throw error
        return await runOnce(false)
      }
    })
    for (const task of run.tasks) await task()
    return result
  }
  return builder
}

/** Receives every statement that a connection runs, with its parameters. */
export type NoteStatement = (statement: string, parameters: readonly unknown[]) => void

/** Opens a database. `note` receives every statement. */
export const connect = (dialect: Dialect, note?: NoteStatement): Kysely<Schema> =>
  new Database({ dialect, ...(note ? { log: ({ query }) => note(query.sql, query.parameters) } : {}) })
