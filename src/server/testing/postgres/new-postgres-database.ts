import { sql } from 'kysely'
import { inject } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { cleanUp } from '#server/testing/clean-up.ts'

/** Creates an empty database on the server that the tests share, and returns its address. */
export const newPostgresDatabase = async (): Promise<string> => {
  const shared = inject('postgres')
  const name = `test_${crypto.randomUUID().slice(0, 8)}`
  const { db } = openDatabase({ kind: 'postgres', url: shared })
  cleanUp(() => db.destroy())
  await sql`create database ${sql.id(name)}`.execute(db)
  const address = new URL(shared)
  address.pathname = `/${name}`
  return address.href
}
