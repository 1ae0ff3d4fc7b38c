import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import type { CustomTypesConfig, Pool, PoolClient } from 'pg'
import { translated } from '#server/node/database/database-failures.ts'
import type { DeferredResult, PreparedQuery } from '#server/store/db/prepared-statement.ts'
import { type Answer, batched, type RunStatement } from './postgres-batch.ts'

const int8 = 20
const second = 1000

/** The time limits in milliseconds. PostgreSQL enforces `statement`, this process `connect` and `answer`. */
const limits = { connect: 5 * second, statement: 30 * second, answer: 40 * second }

/** Keeps proxies and firewalls from dropping a connection that is idle. */
const keepAlive = { keepAlive: true, keepAliveInitialDelayMillis: 10 * second }

type PostgresOptions = {
  /** The maximum number of open connections. */
  size?: number | undefined
  /** Whether statements have no time limit, as changes of large tables need. */
  unlimited?: boolean
}

/**
 * Returns a Kysely dialect over a pool of connections to PostgreSQL, which are opened when they are needed. In a
 * transaction, statements that do not wait for each other's answers share a round trip, the begin and the commit too.
 */
export const postgresDialect = (url: string, options: PostgresOptions = {}): Dialect => ({
  createAdapter: () => new PostgresAdapter(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
  createDriver: () => new PostgresDriver(url, options),
})

/** A query, with what this product's own code may ask of the driver. */
type Asked = CompiledQuery & Partial<Omit<PreparedQuery, keyof CompiledQuery>> & { asLists?: boolean }

/** Marks a query whose rows are wanted as lists of their cells. */
export const asLists = (text: string): CompiledQuery<unknown[]> =>
  ({ ...CompiledQuery.raw(text), asLists: true }) satisfies Asked as CompiledQuery<unknown[]>

const commit: Asked = { ...CompiledQuery.raw('commit'), prepared: true }
const rollback = CompiledQuery.raw('rollback')

class PostgresDriver implements Driver {
  readonly #url: string
  readonly #options: PostgresOptions
  readonly #connections = new WeakMap<PoolClient, PostgresConnection>()
  /** Names of prepared statements, by their text. */
  readonly #names = new Map<string, string>()
  #opened: { pool: Pool; types: CustomTypesConfig } | undefined

  constructor(url: string, options: PostgresOptions) {
    this.#url = url
    this.#options = options
  }

  async init(): Promise<void> {
    this.#opened = await openPool(this.#url, this.#options)
  }

  async acquireConnection(): Promise<PostgresConnection> {
    if (!this.#opened) throw new Error('The pool of connections is closed.')
    const { pool, types } = this.#opened
    const client = await pool.connect().catch((error) => {
      throw translated(error)
    })
    const known = this.#connections.get(client)
    if (known) return known
    const answerLimit = this.#options.unlimited ? undefined : limits.answer
    const run = batched(client, { types, answerLimit, waitsForNext: (text) => opensTransaction.test(text) })
    const connection = new PostgresConnection(client, run, this.#names)
    this.#connections.set(client, connection)
    return connection
  }

  beginTransaction(connection: PostgresConnection, settings: TransactionSettings): Promise<void> {
    return connection.begin(settings)
  }

  commitTransaction(connection: PostgresConnection): Promise<void> {
    return connection.commit()
  }

  rollbackTransaction(connection: PostgresConnection): Promise<void> {
    return connection.rollback()
  }

  async releaseConnection(connection: PostgresConnection): Promise<void> {
    connection.release()
  }

  async destroy(): Promise<void> {
    const { pool } = this.#opened ?? {}
    this.#opened = undefined
    await pool?.end()
  }
}

const opensTransaction = /^(begin|start transaction)\b/

const openPool = async (url: string, { size = 10, unlimited = false }: PostgresOptions) => {
  // Loaded on first use: with SQLite, the driver would only take memory.
  const { default: pg } = await import('pg')
  const types = new pg.TypeOverrides()
  // Integers stay far below 2⁵³ here. As strings, their type would differ from SQLite's.
  types.setTypeParser(int8, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: limits.connect,
    ...(unlimited ? {} : { statement_timeout: limits.statement }),
    idle_in_transaction_session_timeout: limits.statement,
    ...keepAlive,
  })
  // The next statement on a lost connection fails. Without a listener, the event would end the process.
  const ignore = () => undefined
  pool.on('error', ignore)
  pool.on('connect', (client) => client.on('error', ignore))
  return { pool, types }
}

class PostgresConnection implements DatabaseConnection {
  readonly #client: PoolClient
  readonly #run: RunStatement
  readonly #names: Map<string, string>
  /** The open transaction, with the first error in it. */
  #transaction: { failure?: unknown } | undefined
  #isBroken = false

  constructor(client: PoolClient, run: RunStatement, names: Map<string, string>) {
    this.#client = client
    this.#run = run
    this.#names = names
  }

  executeQuery<Row>(query: Asked): Promise<DeferredResult<Row>> {
    const answer = this.#execute(query).then(({ command, rowCount, rows }) => ({
      rows: rows as Row[],
      ...(changesRows.has(command) ? { numAffectedRows: BigInt(rowCount) } : {}),
    }))
    if (!query.isDeferred) return answer
    // Reported by every later statement of the transaction, and by its commit.
    answer.catch(() => undefined)
    return Promise.resolve({ rows: [], answer })
  }

  /** Runs a statement. Once one of a transaction has failed, all later ones fail with the same error. */
  async #execute({ sql, parameters, prepared, asLists = false }: Asked): Promise<Answer> {
    const transaction = this.#transaction
    if (transaction && 'failure' in transaction && sql !== rollback.sql) throw transaction.failure
    try {
      const name = prepared ? this.#nameOf(sql) : undefined
      const answer = await this.#run({ text: sql, name, values: parameters, asLists })
      // What PostgreSQL answers when a statement failed that was sent before the commit was asked for.
      if (sql === commit.sql && answer.command === 'ROLLBACK') throw new Error('The transaction was rolled back.')
      return answer
    } catch (error) {
      // The driver's own stack ends at the socket. This one leads to the caller.
      if (error instanceof Error) Error.captureStackTrace(error)
      const failure = translated(error)
      if (!transaction) throw failure
      if (!('failure' in transaction)) transaction.failure = failure
      throw transaction.failure
    }
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `gradient_${this.#names.size + 1}`
    this.#names.set(text, name)
    return name
  }

  /** Opens a transaction with its first statement: the begin is not sent alone. */
  async begin({ isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const modes = [isolationLevel && `isolation level ${isolationLevel}`, accessMode].filter(Boolean)
    const text = modes.length > 0 ? `start transaction ${modes.join(' ')}` : 'begin'
    this.#transaction = {}
    await this.executeQuery({ ...CompiledQuery.raw(text), prepared: true, isDeferred: true })
  }

  async commit(): Promise<void> {
    await this.executeQuery(commit)
    this.#transaction = undefined
  }

  async rollback(): Promise<void> {
    try {
      await this.executeQuery(rollback)
    } catch (error) {
      this.#isBroken = true
      throw error
    } finally {
      this.#transaction = undefined
    }
  }

  release(): void {
    this.#client.release(this.#isBroken)
  }

  // biome-ignore lint/correctness/useYield: Kysely asks for a generator.
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error('Rows are not streamed. Read them by a cursor, in a transaction.')
  }
}

const changesRows = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])
