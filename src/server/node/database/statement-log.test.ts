import { expect, it } from 'vitest'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'

type Line = { msg: string; sql: string; ms: number }

const logOf = async (settings: Record<string, string>): Promise<{ text: string; statements: Line[] }> => {
  const server = await startTestServer({ DATA_DIR: newDataFolder(), ...settings })
  const cookie = sessionCookie(await server.setUp())
  const path = '/v1/teams/gradient-next/secrets'
  expect((await server.request('PUT', `${path}/CANARY_NAME`, { value: 'canary-value' }, cookie)).status).toBe(201)
  expect((await server.request('GET', path, undefined, cookie)).status).toBe(200)
  const text = server.log()
  const lines = text.trim().split('\n')
  return { text, statements: lines.map((line): Line => JSON.parse(line)).filter(({ msg }) => msg === 'statement') }
}

it.each<[string, () => Promise<Record<string, string>>]>([
  ['SQLite', async () => ({})],
  ['PostgreSQL', async () => ({ DATABASE_URL: await newPostgresDatabase() })],
])('LOG_SQL=1 logs the statements on %s with their duration and without parameters', async (_, settings) => {
  const { text, statements } = await logOf({ ...(await settings()), LOG_SQL: '1' })
  const logged = statements.map(({ sql }) => sql)
  expect(logged).toEqual(expect.arrayContaining(['begin', 'commit']))
  expect(logged.some((sql) => sql.startsWith('insert into "secret_version"'))).toBe(true)
  // A list is read past the transactions on SQLite, by the second connection.
  expect(logged.some((sql) => /^select .* from "secret"/s.test(sql))).toBe(true)
  for (const { ms } of statements) expect(ms).toBeGreaterThanOrEqual(0)
  for (const value of ['canary-value', 'CANARY_NAME', firstAccount.email]) {
    expect(statements.filter(({ sql }) => sql.includes(value))).toEqual([])
  }
  expect(text).not.toContain('canary-value')
})

it('logs no statements without LOG_SQL', async () => {
  expect((await logOf({})).statements).toEqual([])
})
