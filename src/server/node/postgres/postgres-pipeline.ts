import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import type { AnswerToCome, PreparedQuery } from '#server/store/db/prepared-statement.ts'

/** Names of the statements that are to stay prepared, by their text: as many as the store has of them. */
const names = new Map(['begin', 'commit'].map((text) => [text, `gradient_${text}`]))

const keepPrepared = (text: string): void => {
  if (!names.has(text)) names.set(text, `gradient_${names.size + 1}`)
}

/** The name of a statement, if it stays prepared: PostgreSQL parses and plans those once a connection, and not each time. */
export const nameOf = (text: string): string | undefined => names.get(text)

/**
 * A dialect whose statements need not wait for the answers to those before them: prepared statements of a transaction
 * are answered with an answer to come, and so is its begin. Once one has failed, all that is asked for after it in the
 * transaction fails by the same error, the commit too.
 */
export const pipelined = (dialect: Dialect): Dialect => ({
  createAdapter: () => dialect.createAdapter(),
  createIntrospector: (db) => dialect.createIntrospector(db),
  createQueryCompiler: () => dialect.createQueryCompiler(),
  createDriver: () => pipelinedDriver(dialect.createDriver()),
})

/** PostgreSQL's in_failed_sql_transaction: says that something has failed, not what. */
const afterFailure = '25P02'

/** A transaction on a connection, with what has failed in it first. */
type Running = { failure?: unknown }

const pipelinedDriver = (driver: Driver): Driver => {
  const known = new WeakSet<DatabaseConnection>()
  const running = new WeakMap<DatabaseConnection, Running>()

  const inTransaction = async <Answer>(transaction: Running, asked: Promise<Answer>): Promise<Answer> => {
    try {
      return await asked
    } catch (error) {
      transaction.failure ??= error
      throw isAfterFailure(error) ? transaction.failure : error
    }
  }

  const acquire = driver.acquireConnection.bind(driver)
  driver.acquireConnection = async (options) => {
    const connection = await acquire(options)
    if (known.has(connection)) return connection
    known.add(connection)
    const execute = connection.executeQuery.bind(connection)
    connection.executeQuery = <Row>(query: Asked<Row>): Promise<AnswerToCome<Row>> => {
      if (query.prepared) keepPrepared(query.sql)
      const transaction = running.get(connection)
      if (!transaction) return execute(query)
      const answer = inTransaction<QueryResult<Row>>(transaction, execute(query))
      if (!query.mayAnswerLater) return answer
      answer.catch(toldLater)
      return Promise.resolve({ rows: [], answer })
    }
    return connection
  }

  const begin = driver.beginTransaction.bind(driver)
  driver.beginTransaction = async (connection, settings) => {
    const transaction: Running = {}
    inTransaction(transaction, begin(connection, settings)).catch(toldLater)
    running.set(connection, transaction)
  }

  const commit = driver.commitTransaction.bind(driver)
  driver.commitTransaction = async (connection) => {
    const transaction = running.get(connection)
    running.delete(connection)
    await commit(connection).catch((error) => {
      throw transaction?.failure ?? error
    })
  }

  const rollback = driver.rollbackTransaction.bind(driver)
  driver.rollbackTransaction = (connection) => {
    running.delete(connection)
    return rollback(connection)
  }
  return driver
}

type Asked<Row> = Parameters<DatabaseConnection['executeQuery']>[0] & Partial<Omit<PreparedQuery<Row>, 'query'>>

const isAfterFailure = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === afterFailure

/** A failure is told to whoever waits for the answer, or asks for more in the transaction. */
const toldLater = (): void => undefined
