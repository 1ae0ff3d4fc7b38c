import { type Dialect, PostgresDialect } from 'kysely'
import type { Pool } from 'pg'
import { withFailures } from '#server/node/database/database-failures.ts'
import { batcher } from './postgres-batch.ts'
import { nameOf, pipelined } from './postgres-pipeline.ts'

const int8 = 20
const second = 1000

/** How long things may take at most, in milliseconds. `statement` is held by the server, `answer` by this side. */
const limits = { connect: 5 * second, statement: 30 * second, answer: 40 * second }

/** A connection that is kept says so to whatever lies between, which may forget those that are silent. */
const alive = { keepAlive: true, keepAliveInitialDelayMillis: 10 * second }

export type PostgresOptions = {
  /** How many connections are open at most. */
  size?: number | undefined
  /** Whether a statement may take as long as it takes, as one that changes a large table does. */
  unlimited?: boolean
}

/**
 * PostgreSQL behind Kysely, by a pool of connections that are opened when they are needed. The begin of a transaction is
 * sent with what is asked for first in it.
 */
export const postgresDialect = (url: string, options: PostgresOptions = {}): Dialect =>
  dialectOver(() => openPool(url, options))

/** The same by a pool that is open, or is opened when it is needed. */
export const dialectOver = (pool: Pool | (() => Promise<Pool>)): Dialect =>
  pipelined(withFailures(new PostgresDialect({ pool })))

export const openPool = async (url: string, { size = 10, unlimited = false }: PostgresOptions): Promise<Pool> => {
  // Loaded when it is needed: with SQLite, the driver would only take memory.
  const { default: pg } = await import('pg')
  const types = new pg.TypeOverrides()
  // Whole numbers stay far below 2⁵³ here; as strings, they would be another type than SQLite's.
  types.setTypeParser(int8, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: limits.connect,
    ...(unlimited ? {} : { statement_timeout: limits.statement, query_timeout: limits.answer }),
    idle_in_transaction_session_timeout: limits.statement,
    // Also ends a connection when a statement got no answer: it would keep the connection from answering any other.
    pipeline: true,
    ...alive,
    types,
  })
  // A lost connection is told to whoever uses it next. Without a listener, its event would end the process.
  const listen = () => undefined
  const batched = batcher(pg, nameOf)
  pool.on('error', listen)
  pool.on('connect', (client) => {
    client.on('error', listen)
    Object.defineProperty(client, 'query', { value: batched(client, types) })
  })
  return pool
}
