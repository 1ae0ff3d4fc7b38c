import type { Kysely } from 'kysely'
import type { PoolClient } from 'pg'
import { translated } from '#server/node/database/database-failures.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { connect } from '#server/store/db/transactions.ts'
import { dialectOver, openPool } from './postgres-dialect.ts'

/** One connection to PostgreSQL. */
export type PostgresConnection = {
  db: Kysely<Schema>
  /** Rows as lists of their cells, which takes half as long as by their names; in the transaction that `db` is in. */
  read(statement: string): Promise<unknown[][]>
}

/** Opens a connection for something long, which ends with `db`. */
export const openConnection = async (url: string): Promise<PostgresConnection> => {
  const pool = await openPool(url, { size: 1, unlimited: true })
  let client: PoolClient | undefined
  pool.on('acquire', (acquired) => {
    client = acquired
  })
  return {
    db: connect(dialectOver(pool)),
    read: async (text) => {
      if (!client) throw new Error('There is no transaction to read in.')
      try {
        return (await client.query<unknown[]>({ text, rowMode: 'array' })).rows
      } catch (error) {
        throw translated(error)
      }
    },
  }
}
