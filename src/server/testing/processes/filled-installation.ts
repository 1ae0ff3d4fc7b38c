import { sql } from 'kysely'
import { parseConfig } from '#server/node/config.ts'
import { openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { sealedTables } from '#server/store/keys/sealed-tables.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import type { Session } from '#shared/people/session.ts'
import type { Resolved } from '#shared/workload/workload.ts'
import { newDataFolder } from './data-folder.ts'
import { firstAccount, type SessionHeaders, sessionCookie, startTestServer, type TestServer } from './test-server.ts'

/** An installation with values of every kind, and a server in this process that serves it. */
export type FilledInstallation = {
  folder: string
  settings: Record<string, string>
  server: TestServer
  teamId: string
  cookie: SessionHeaders
  /** Sets a secret of the team. */
  set(name: string, value: string, by?: Serving): Promise<void>
  /** Returns what a workload gets: every value that was set, and the ephemeral one. */
  resolved(by?: Serving): Promise<Record<string, string>>
  expected: Record<string, string>
}

/** A server in this process or in its own. */
type Serving = Pick<TestServer, 'request'>

export const databaseKinds: DatabaseKind[] = ['sqlite', 'postgres']

export const newFilledInstallation = async (
  kind: DatabaseKind,
  { count = 3, more = {} }: { count?: number; more?: Record<string, string> } = {},
): Promise<FilledInstallation> => {
  const folder = newDataFolder()
  const database = kind === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}
  const settings = { DATA_DIR: folder, SETUP_TOKEN: firstAccount.token, ...database, ...more }
  const server = await startTestServer(settings)
  const setUp = await server.request<Session>('POST', '/v1/setup', firstAccount)
  const cookie = sessionCookie(setUp)
  const expected: Record<string, string> = {}
  const ask = async <Content>(method: string, path: string, body?: unknown, by: Serving = server) => {
    const { status, text, json } = await by.request<Content>(method, path, body, cookie)
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${text}`)
    return json
  }
  const set = async (name: string, value: string, by: Serving = server) => {
    await ask('PUT', `/v1/teams/gradient-next/secrets/${name}`, { value }, by)
    expected[name] = value
  }
  for (let index = 0; index < count; index++) await set(`NAME_${index}`, `value ${index} ${crypto.randomUUID()}`)
  // An older version.
  await set('NAME_0', `value ${crypto.randomUUID()}`)
  // A secret in the trash.
  await set('GONE', 'deleted')
  delete expected.GONE
  await ask('DELETE', '/v1/teams/gradient-next/secrets/GONE')
  expected.EPHEMERAL = crypto.randomUUID()
  const kept = await ask<Record<string, string>>('POST', '/secrets/ephemeral?expiresIn=86400', {
    EPHEMERAL: expected.EPHEMERAL,
  })
  const { key } = await ask<{ key: string }>('POST', '/v1/api-keys', { name: 'runs', access: ['run'] })
  const asked = { all: true, env: { EPHEMERAL: `secret:ephemeral:${kept.EPHEMERAL}` } }
  return {
    folder,
    settings,
    server,
    teamId: setUp.json.team?.id ?? '',
    cookie,
    set,
    expected,
    resolved: async (by: Serving = server) => {
      const { status, text, json } = await by.request<Resolved>('POST', '/v1/workloads/resolve', asked, {
        'x-api-key': key,
      })
      if (status !== 200) throw new Error(`${status} ${text}`)
      return json.env
    },
  }
}

/** Opens all sealed data in the database with the master key that a start with these settings would find. */
export const openAllSealed = async (settings: Record<string, string>) => {
  const config = parseConfig(settings)
  const vault = await openVault(masterKeySource(config.masterKey), await peekKeyCheck(config.database))
  const { db } = openDatabase(config.database)
  try {
    const keys = await db.selectFrom('data_key').selectAll().execute()
    const values: string[] = []
    for (const { table, from, scopeId, name, version } of sealedTables) {
      const { rows } = await sql<{
        team: string
        id: string
        scope: string
        name: string
        version: number
        sealed: Uint8Array
      }>`
        select t.team_id as team, t.key_id as id, ${scopeId} as scope, ${name} as name, ${version} as version, t.sealed as sealed
        from ${from}`.execute(db)
      for (const row of rows) {
        const key = keys.find(({ id }) => id === row.id)
        if (!key) throw new Error(`A row of ${table} is sealed with a key that is not there.`)
        const place = { teamId: row.team, scopeId: row.scope, name: row.name, version: row.version }
        const sealed = { algorithm: 'A256GCM', keyId: row.id, bytes: row.sealed }
        values.push(await vault.open({ ...key, teamId: key.team_id }, place, sealed))
      }
    }
    const { audit_key, session_secret } = await db
      .selectFrom('installation')
      .select(['audit_key', 'session_secret'])
      .executeTakeFirstOrThrow()
    for (const [purpose, wrapped] of [
      ['audit signing key', audit_key],
      ['session secret', session_secret],
    ] as const) {
      if (wrapped) await vault.unwrap(purpose, wrapped)
    }
    return { values, keyIds: keys.map(({ id }) => id), masterKeyId: vault.masterKeyId() }
  } finally {
    await db.destroy()
  }
}
