import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import { openDatabase } from './open-database.ts'

it('the log of an unexpected error has its message, but no stored data, which PostgreSQL adds to it', async () => {
  const url = await newPostgresDatabase()
  const server = await startTestServer({ DATABASE_URL: url })
  const cookie = sessionCookie(await server.setUp())
  const { db } = openDatabase({ kind: 'postgres', url })
  await sql`alter table secret add constraint refused check (name <> 'CANARY_NAME')`.execute(db)
  await db.destroy()
  const path = '/v1/teams/gradient-next/secrets/CANARY_NAME'
  expect((await server.request('PUT', path, { value: 'canary-value' }, cookie)).status).toBe(500)
  // The log is written after the answer.
  await expect.poll(() => server.log()).toContain('violates check constraint \\"refused\\"')
  for (const text of ['CANARY_NAME', 'Failing row', 'canary-value', firstAccount.email]) {
    expect(server.log()).not.toContain(text)
  }
})
