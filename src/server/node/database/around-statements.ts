import type { DatabaseConnection, Dialect } from 'kysely'
import type { DeferredResult } from '#server/store/db/prepared-statement.ts'

type Execute = DatabaseConnection['executeQuery']

/** Returns a dialect whose connections run every statement through `around`, the begin and the commit too. */
export const aroundStatements = (dialect: Dialect, around: (execute: Execute) => Execute): Dialect => ({
  createAdapter: () => dialect.createAdapter(),
  createIntrospector: (db) => dialect.createIntrospector(db),
  createQueryCompiler: () => dialect.createQueryCompiler(),
  createDriver: () => {
    const driver = dialect.createDriver()
    const known = new WeakSet<DatabaseConnection>()
    const acquire = driver.acquireConnection.bind(driver)
    driver.acquireConnection = async (options) => {
      const connection = await acquire(options)
      if (known.has(connection)) return connection
      known.add(connection)
      connection.executeQuery = around(connection.executeQuery.bind(connection))
      return connection
    }
    return driver
  },
})

/** Receives the text of each statement, never its parameters, and how long the database took for it. */
export type LogStatement = (statement: string, milliseconds: number) => void

/** Returns a dialect that logs every statement when it is answered, or when it fails. */
export const withStatementLog = (dialect: Dialect, log: LogStatement | undefined): Dialect =>
  log
    ? aroundStatements(dialect, (execute) => async <Row>(...[query, options]: Parameters<Execute>) => {
        const start = performance.now()
        const logEnd = () => log(query.sql, performance.now() - start)
        try {
          const result: DeferredResult<Row> = await execute<Row>(query, options)
          if (result.answer) result.answer.then(logEnd, logEnd)
          else logEnd()
          return result
        } catch (error) {
          logEnd()
          throw error
        }
      })
    : dialect
