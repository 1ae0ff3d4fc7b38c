import type { Compilable, CompiledQuery, Kysely, QueryResult, Transaction } from 'kysely'
import type { Schema } from './schema.ts'

/** Stands for a parameter while a statement is compiled. */
class Slot {
  readonly name: string
  constructor(name: string) {
    this.name = name
  }
}

/** In place of the parameters: whatever name is read from it is a slot of that name. */
const slots = new Proxy({}, { get: (_target, name) => new Slot(String(name)) })

/** Reads what is committed, at once: on a connection of its own, which no transaction is ever open on. */
export type DirectReader = (sql: string, parameters: readonly unknown[]) => unknown[]

const readers = new WeakMap<Kysely<Schema>, DirectReader>()

/** Lets prepared statements that only read go past the queue of the one connection that writes. */
export const readDirectly = (db: Kysely<Schema>, reader: DirectReader): void => {
  readers.set(db, reader)
}

/** A statement that comes again and again with other parameters. */
export type PreparedQuery<Row = unknown> = CompiledQuery<Row> & {
  /** Whether a driver may keep it planned. */
  readonly prepared: boolean
  /** Whether the driver may answer before the database has: with an {@link AnswerToCome}. */
  readonly mayAnswerLater: boolean
}

/** What a driver says of a statement that is on its way. */
export type AnswerToCome<Row> = QueryResult<Row> & { answer?: Promise<QueryResult<Row>> }

/** Runs a statement. */
export type PreparedStatement<Given, Row> = {
  (db: Kysely<Schema>, given: Given): Promise<Row[]>
  /**
   * Runs it for what it does, in a transaction, where what comes next need not know its answer. If it fails, so does
   * whatever is asked for after it, by its error, and the commit at the latest.
   */
  send(trx: Transaction<Schema>, given: Given): Promise<Sent<Row>>
}

/** A statement that is on its way. Its answer is there once the transaction holds. */
export type Sent<Row> = { answer: Promise<Row[]> }

/**
 * Compiles a statement once and runs it with other parameters each time. `build` gets stand-ins for the parameters and
 * may pass them on only: building and compiling takes several times as long as SQLite takes to run the statement.
 *
 * Statements of one transaction that are asked for together go to PostgreSQL in one trip, in the order in which they
 * were asked for.
 *
 * `planned` tells whether PostgreSQL may keep a plan that is good on average for all parameters. `each` has it planned for
 * those that are given, where they decide how many rows there are: the average of a large scope and some small ones is
 * another plan than each wants.
 */
export const prepared = <Given extends Record<string, unknown>, Row>(
  build: (given: Given) => Compilable<Row>,
  { planned = 'once' }: { planned?: 'once' | 'each' } = {},
): PreparedStatement<Given, Row> => {
  let compiled: CompiledQuery<Row> | undefined
  const bind = (given: Given): CompiledQuery<Row> => {
    compiled ??= withColumns(build(slots as Given).compile())
    const parameters = compiled.parameters.map((value) => (value instanceof Slot ? given[value.name] : value))
    return { ...compiled, parameters }
  }

  const run = async (db: Kysely<Schema>, given: Given): Promise<Row[]> => {
    const query = bind(given)
    const reader = query.query.kind === 'SelectQueryNode' ? readers.get(db) : undefined
    if (reader) return reader(query.sql, query.parameters) as Row[]
    const { answer, rows } = await execute(db, query, planned === 'once')
    return answer ? (await answer).rows : rows
  }

  const send = async (trx: Transaction<Schema>, given: Given): Promise<Sent<Row>> => {
    const { answer, rows } = await execute(trx, bind(given), planned === 'once')
    const toCome = answer ? answer.then((answered) => answered.rows) : Promise.resolve(rows)
    toCome.catch(() => undefined)
    return { answer: toCome }
  }

  return Object.assign(run, { send })
}

/** PostgreSQL refuses to run what it has prepared once the columns of its answer have changed, by a later release. */
const withColumns = <Query extends CompiledQuery>(query: Query): Query => {
  if (/(select|returning|\.) ?\*/.test(query.sql)) throw new Error(`It has to name its columns: ${query.sql}`)
  return query
}

const execute = <Row>(
  db: Kysely<Schema>,
  query: CompiledQuery<Row>,
  mayKeepPlan: boolean,
): Promise<AnswerToCome<Row>> => {
  // Outside of a transaction, the connection goes to somebody else once there is an answer.
  const marked: PreparedQuery<Row> = { ...query, prepared: mayKeepPlan, mayAnswerLater: db.isTransaction }
  return db.executeQuery<Row>(marked)
}

/**
 * Waits for statements that were asked for together. None of them is still to be run when one of them has failed: what
 * follows then is the end of the transaction.
 */
export const together = async <Answers extends readonly unknown[]>(
  ...asked: { [Index in keyof Answers]: Promise<Answers[Index]> }
): Promise<Answers> => {
  await Promise.allSettled(asked)
  return (await Promise.all(asked)) as unknown as Answers
}
