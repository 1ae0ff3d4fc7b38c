import pg from 'pg'
import { expect, inject, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'

it('a read-only database still answers reads with a key, without recording the use', async () => {
  const url = await newPostgresDatabase()
  const name = new URL(url).pathname.slice(1)
  // On another database: the connections to this one are closed.
  const admin = new pg.Client(inject('postgres'))
  await admin.connect()
  cleanUp(() => admin.end())
  const api = await openTestApp({ location: { kind: 'postgres', url } })
  const team = await api.newTeam()
  const { secrets } = await team.scope('team')
  const { id, request } = await team.key()
  const { store } = api.deps

  await admin.query(`alter database ${name} set default_transaction_read_only = on`)
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  // Each closed connection fails its next statement.
  await expect.poll(() => store.isSetUp().catch(() => undefined)).toBeDefined()
  expect((await request('PUT', `${secrets}/A`, { value: 'x' })).status).toBe(503)
  expect((await request('GET', secrets)).status).toBe(200)
  expect((await store.apiKey(team.id, id)).lastUsed).toBeNull()

  await admin.query(`alter database ${name} reset default_transaction_read_only`)
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
  await expect.poll(() => store.isSetUp().catch(() => undefined)).toBeDefined()
  expect((await request('GET', secrets)).status).toBe(200)
  expect((await store.apiKey(team.id, id)).lastUsed).not.toBeNull()
})
