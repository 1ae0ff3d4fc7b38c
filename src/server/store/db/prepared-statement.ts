import type { Compilable, CompiledQuery, Kysely, QueryResult, Transaction } from 'kysely'
import type { Schema } from './schema.ts'
import { afterCommit } from './transactions.ts'

/** Marks the place of a parameter while a statement is compiled. */
class Placeholder {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** Has a placeholder for every parameter name. */
const placeholders = new Proxy({}, { get: (_target, name) => new Placeholder(String(name)) })

/** Reads committed rows synchronously, on a connection of its own that never has a transaction open. */
export type DirectReader = (sql: string, parameters: readonly unknown[]) => unknown[]

const readers = new WeakMap<Kysely<Schema>, DirectReader>()

/** Lets prepared statements that only read bypass the queue of the one connection that writes. */
export const readDirectly = (db: Kysely<Schema>, reader: DirectReader): void => {
  readers.set(db, reader)
}

/** A statement that runs often, with other parameters each time. */
export type PreparedQuery<Row = unknown> = CompiledQuery<Row> & {
  /** Whether the driver may keep it parsed and planned. */
  readonly prepared: boolean
  /** Whether the driver may return a {@link DeferredResult} before the database answers. */
  readonly isDeferred: boolean
}

/** The result of a statement whose answer has not arrived: it has no rows, and `answer` resolves with the real result. */
export type DeferredResult<Row> = QueryResult<Row> & { answer?: Promise<QueryResult<Row>> }

/** Runs a statement and returns its rows. */
type PreparedStatement<Given, Row> = (db: Kysely<Schema>, given: Given) => Promise<Row[]>

/**
 * Runs a statement of a transaction for its effect. It may resolve before the database has run the statement; the order of
 * statements is kept. If the statement fails, all later statements and the commit fail with the same error. `onCommit`
 * receives its rows after the commit.
 */
type PreparedCommand<Given, Row> = (
  trx: Transaction<Schema>,
  given: Given,
  onCommit?: (rows: Row[]) => void,
) => Promise<void>

/**
 * Compiles a statement once and runs it with other parameters each time. `build` gets placeholders for the parameters and
 * may only pass them on. Building and compiling takes several times as long as SQLite takes to run the statement.
 *
 * On PostgreSQL, statements of one transaction that start in the same turn of the event loop share a round trip.
 *
 * With `planned: 'each'`, PostgreSQL plans the statement for its parameters at each run, where they decide how many rows
 * it reads. A kept plan suits the average parameters, and one large scope makes that average wrong for all small ones.
 */
export const prepared = <Given extends Record<string, unknown>, Row>(
  build: (given: Given) => Compilable<Row>,
  { planned = 'once' }: { planned?: 'once' | 'each' } = {},
): PreparedStatement<Given, Row> => {
  const bind = binder(build)
  return async (db, given) => {
    const query = bind(given)
    const reader = query.query.kind === 'SelectQueryNode' ? readers.get(db) : undefined
    if (reader) return reader(query.sql, query.parameters) as Row[]
    const { answer, rows } = await execute(db, query, planned === 'once')
    return answer ? (await answer).rows : rows
  }
}

/** Prepares a statement as {@link prepared} does, for its effect alone: nobody waits for PostgreSQL to answer it. */
export const preparedCommand = <Given extends Record<string, unknown>, Row>(
  build: (given: Given) => Compilable<Row>,
): PreparedCommand<Given, Row> => {
  const bind = binder(build)
  return async (trx, given, onCommit) => {
    const { answer, rows } = await execute(trx, bind(given))
    // The commit reports the error.
    answer?.catch(() => undefined)
    if (onCommit) afterCommit(trx, async () => onCommit(answer ? (await answer).rows : rows))
  }
}

const binder = <Given extends Record<string, unknown>, Row>(build: (given: Given) => Compilable<Row>) => {
  let compiled: CompiledQuery<Row> | undefined
  return (given: Given): CompiledQuery<Row> => {
    compiled ??= requireColumnNames(build(placeholders as Given).compile())
    const parameters = compiled.parameters.map((value) => (value instanceof Placeholder ? given[value.name] : value))
    return { ...compiled, parameters }
  }
}

/** PostgreSQL refuses to run a prepared statement once its result has other columns, after a later release added some. */
const requireColumnNames = <Query extends CompiledQuery>(query: Query): Query => {
  if (/(select|returning|\.) ?\*/.test(query.sql)) throw new Error(`It has to name its columns: ${query.sql}`)
  return query
}

const execute = <Row>(
  db: Kysely<Schema>,
  query: CompiledQuery<Row>,
  mayKeepPlan = true,
): Promise<DeferredResult<Row>> => {
  // Kysely starts the next statement of a transaction when the previous one has returned: without deferred results, each
  // would take a round trip. Outside a transaction, a connection that returns is free for others.
  const marked: PreparedQuery<Row> = { ...query, prepared: mayKeepPlan, isDeferred: db.isTransaction }
  return db.executeQuery<Row>(marked)
}

/**
 * Returns the results of statements of one transaction that do not depend on each other. Unlike `Promise.all`, waits for
 * all of them also when one fails: one that starts after the rollback would run outside the transaction.
 */
export const awaitAll = async <Results extends readonly unknown[]>(
  ...running: { [Index in keyof Results]: Promise<Results[Index]> }
): Promise<Results> => {
  await Promise.allSettled(running)
  return (await Promise.all(running)) as unknown as Results
}
