import { type Dialect, Kysely, type Transaction, type TransactionBuilder } from 'kysely'
import { Failure } from '#shared/failure.ts'
import type { Schema } from './schema.ts'

/**
 * How often a transaction is run at most. Where many write to one place, each round lets one of them through, so that
 * this is also how many of them may meet.
 */
const mostRuns = 8
/** The longest pause before the second run, in milliseconds; it doubles with each. */
const firstPause = 10

/** PostgreSQL's serialization_failure and deadlock_detected: run again, the same transaction may well succeed. */
const askingForMore = new Set<unknown>(['40001', '40P01'])

/** The database's error for a record of the trail without a number: it has to be put there in the other way. */
const isUnplaced = (error: object): boolean =>
  'code' in error &&
  error.code === '23502' &&
  'table' in error &&
  error.table === 'audit' &&
  'column' in error &&
  error.column === 'seq'

/** Whether the same transaction may well succeed when it is run again: it was undone because of others at the same time. */
export const asksToRetry = (error: unknown): boolean =>
  error instanceof Error && (('code' in error && askingForMore.has(error.code)) || isUnplaced(error))

/** Something to be done once a transaction holds, and waited for. It must not fail: what it would fail has happened. */
type Task = () => unknown

/** What waits for a transaction to hold. */
const waiting = new WeakMap<Kysely<Schema>, Task[]>()

/** Runs something once a transaction holds. When it is undone, it is as if nothing had been asked. */
export const afterCommit = (trx: Transaction<Schema>, task: Task): void => {
  const tasks = waiting.get(trx)
  if (!tasks) throw new Error('This is no transaction of a database that was opened by connect().')
  tasks.push(task)
}

/**
 * Runs a transaction again when the database asks for that, after a pause of random length: those that met do not meet
 * again. What it does beside statements has to bear being done twice.
 */
export const runTransaction = async <Result>(run: () => Promise<Result>): Promise<Result> => {
  for (let runs = 1; ; runs++) {
    try {
      return await run()
    } catch (error) {
      if (!asksToRetry(error)) throw error
      if (runs === mostRuns) throw tooMuchAtOnce(error)
      await new Promise((resume) => setTimeout(resume, Math.random() * firstPause * 2 ** runs))
    }
  }
}

const tooMuchAtOnce = (cause: unknown): Failure =>
  new Failure('UNAVAILABLE', 'Too much is being changed at once here. Nothing was changed. Try again in a moment.', {
    retryAfter: 1,
    cause,
  })

/** Connections to a database. All transactions of the product begin here, and are run again when that is asked for. */
class Database extends Kysely<Schema> {
  override transaction(): TransactionBuilder<Schema> {
    return runAgain(super.transaction())
  }
}

const runAgain = (builder: TransactionBuilder<Schema>): TransactionBuilder<Schema> => {
  const execute = builder.execute.bind(builder)
  const setIsolationLevel = builder.setIsolationLevel.bind(builder)
  const setAccessMode = builder.setAccessMode.bind(builder)
  builder.setIsolationLevel = (level) => runAgain(setIsolationLevel(level))
  builder.setAccessMode = (mode) => runAgain(setAccessMode(mode))
  builder.execute = async (callback) => {
    let tasks: Task[] = []
    const result = await runTransaction(() =>
      execute((trx) => {
        tasks = []
        waiting.set(trx, tasks)
        return callback(trx)
      }),
    )
    for (const task of tasks) await task()
    return result
  }
  return builder
}

/** Is told of every statement that a connection runs, with its parameters. */
export type NoteStatement = (statement: string, parameters: readonly unknown[]) => void

/** A connection to a database of one of the two kinds. `note` is told of every statement. */
export const connect = (dialect: Dialect, note?: NoteStatement): Kysely<Schema> =>
  new Database({ dialect, ...(note ? { log: ({ query }) => note(query.sql, query.parameters) } : {}) })
