import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import type { DatabaseKind, Mac, Schema } from '#server/store/db/schema.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { databaseKinds } from '#server/testing/processes/filled-installation.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import { findUnsigned, readSignedRows } from './find-unsigned.ts'
import { nameOfRow } from './record-forgeries.ts'
import { openRights } from './rights.ts'
import { type Cell, signedTableNames, signedTables } from './signed-tables.ts'

/** An app, and the database as somebody uses it who can write to it, and has no key. */
const openBoth = async (kind: DatabaseKind) => {
  const location: DatabaseLocation =
    kind === 'sqlite'
      ? { kind, path: join(newTemporaryFolder(), 'secrets.db') }
      : { kind, url: await newPostgresDatabase() }
  const app = await openTestApp({ location, forgesRows: true })
  const { db } = openDatabase(location)
  cleanUp(() => db.destroy())
  const { vault, now, store } = app.deps
  const rights = await openRights(db, kind, vault, { now, report: () => undefined })
  const unsigned = async () => (await findUnsigned(db, rights.code)).unsigned.map(nameOfRow)
  return { ...app, store, now, db, rights, unsigned }
}

/** Adds two rows of better-auth to each of its tables, which the app of the tests does not use. */
const addAccounts = async (
  { db, rights }: Awaited<ReturnType<typeof openBoth>>,
  kind: DatabaseKind,
  people: string[],
) => {
  const date = kind === 'sqlite' ? new Date(1000).toISOString() : new Date(1000)
  const yes = kind === 'sqlite' ? 1 : true
  const dates = { createdAt: date, updatedAt: date }
  for (const userId of people) {
    const id = `${userId}-row`
    const account = { id, accountId: userId, providerId: 'credential', userId, password: `hash of ${id}`, ...dates }
    await db
      .insertInto('account')
      .values(await rights.signed('account', account))
      .execute()
    const session = { id, token: `t ${id}`, userId, expiresAt: date, confirmedAt: date, ipAddress: null, ...dates }
    await db
      .insertInto('session')
      .values(await rights.signed('session', { ...session, userAgent: null }))
      .execute()
    const verification = { id, identifier: `i ${id}`, value: userId, expiresAt: date, ...dates }
    await db
      .insertInto('verification')
      .values(await rights.signed('verification', verification))
      .execute()
    const passkey = { id, name: 'laptop', publicKey: `p ${id}`, userId, credentialID: `c ${id}`, counter: 0 }
    await db
      .insertInto('passkey')
      .values(
        await rights.signed('passkey', { ...passkey, deviceType: 'singleDevice', backedUp: yes, createdAt: date }),
      )
      .execute()
    const second = { id, userId, secret: `s ${id}`, backupCodes: `b ${id}`, verified: yes }
    await db
      .insertInto('twoFactor')
      .values(await rights.signed('twoFactor', second))
      .execute()
    const reset = { user_id: userId, digest: `d ${id}`, made_by: null, created_at: 1, expires_at: 2 }
    await db
      .insertInto('password_reset')
      .values(await rights.signed('password_reset', reset))
      .execute()
  }
}

/** Fills every signed table with two rows at least, of two teams. */
const fill = async (opened: Awaited<ReturnType<typeof openBoth>>, kind: DatabaseKind) => {
  const { store, now, newTeam } = opened
  const teams = [await newTeam(), await newTeam()]
  for (const team of teams) {
    const at = now()
    const by = { by: team.owner, at }
    const member = await team.join('member')
    const project = await team.scope('project')
    await store.setProjectAccess(team.id, project.id, { access: 'chosen', people: [member.id] }, by)
    const { key } = await team.key({ projectId: project.id })
    await team.key({ name: 'another key' })
    await store.createInvite(
      team.id,
      { id: newId('in'), role: 'viewer', digest: nodeSha256(key), expiresAt: at + 1e6 },
      by,
    )
    await team.request('POST', '/secrets/ephemeral', { A: 'x' })
    const code = `CODE-${team.id}`
    const login = { code, challenge: `c ${code}`, device: 'laptop', from: '192.0.2.1', expiresAt: at + 1e6 }
    await store.startCliLogin(login, at)
    await store.allowCliLogin(team.id, code, '{}', by)
  }
  await addAccounts(
    opened,
    kind,
    teams.map(({ owner }) => owner.id),
  )
  return teams
}

/** Another value of the same type. */
const changed = (value: Cell, type: string): Cell => {
  if (value instanceof Date) return new Date(value.getTime() + 1000)
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value) + 1
  if (value !== null) return isDate.test(value) ? new Date(Date.parse(value) + 1000).toISOString() : `${value}x`
  if (/bool/i.test(type)) return true
  if (/int/i.test(type)) return 1
  return /time/i.test(type) ? new Date(5000) : 'x'
}

const isDate = /^\d{4}-\d\d-\d\dT/

const set = (
  db: Kysely<Schema>,
  table: string,
  values: Readonly<Record<string, unknown>>,
  where: Readonly<Record<string, unknown>>,
) => {
  const list = (of: Readonly<Record<string, unknown>>) =>
    Object.entries(of).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
  return sql`update ${sql.table(table)} set ${sql.join(list(values))} where ${sql.join(list(where), sql` and `)}`.execute(
    db,
  )
}

/** Runs statements without foreign keys, which a user of PostgreSQL may not: they make a forgery harder, not safer. */
const unbound = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<void> => {
  if (kind === 'sqlite') await sql`pragma foreign_keys = off`.execute(db)
  else await sql`set session_replication_role = replica`.execute(db)
}

describe.each(databaseKinds)('on %s', (kind) => {
  it('a row of any signed table is refused once any signed column is changed, and named', async () => {
    const opened = await openBoth(kind)
    await fill(opened, kind)
    const { db, rights, unsigned } = opened
    expect(await unsigned()).toEqual([])
    const tried = new Set<string>()
    const tables = await db.introspection.getTables()
    const types = new Map(
      tables.flatMap(({ name, columns }) => columns.map((column) => [`${name}.${column.name}`, column.dataType])),
    )
    await db.connection().execute(async (connection) => {
      await unbound(connection, kind)
      for (const table of signedTableNames) {
        const { key, columns } = signedTables[table]
        const rows: Readonly<Record<string, Cell>>[] = []
        for await (const row of readSignedRows(connection, table)) rows.push(row)
        expect([table, rows.length > 1]).toEqual([table, true])
        const [row] = rows
        if (!row) continue
        for (const column of columns) {
          const value = changed(row[column] ?? null, types.get(`${table}.${column}`) ?? '')
          const place = (of: Readonly<Record<string, unknown>>) =>
            Object.fromEntries(key.map((name) => [name, of[name]]))
          const forged = { ...row, [column]: value }
          await set(connection, table, { [column]: value }, place(row))
          const found = await findUnsigned(connection, rights.code)
          expect(found.unsigned.map(nameOfRow)).toEqual([nameOfRow({ table, row: forged })])
          expect(await rights.keepRows(table, [found.unsigned[0]?.row ?? {}])).toEqual([])
          await set(connection, table, { [column]: row[column] }, place(forged))
          tried.add(`${table}.${column}`)
        }
      }
      expect((await findUnsigned(connection, rights.code)).unsigned).toEqual([])
    })
    expect(tried.size).toBe(signedTableNames.flatMap((table) => [...signedTables[table].columns]).length)
  })

  it('a code is of no use on another row, nor is none', async () => {
    const opened = await openBoth(kind)
    await fill(opened, kind)
    const { db, unsigned } = opened
    for (const table of signedTableNames) {
      const rows: Readonly<Record<string, Cell>>[] = []
      for await (const row of readSignedRows(db, table)) rows.push(row)
      const [one, other] = rows
      const key = (row: Readonly<Record<string, Cell>> | undefined) =>
        Object.fromEntries(signedTables[table].key.map((name) => [name, row?.[name]]))
      await set(db, table, { mac: other?.mac }, key(one))
      await set(db, table, { mac: one?.mac }, key(other))
      const names = [one, other].map((row) => nameOfRow({ table, row: row ?? {} }))
      expect((await unsigned()).sort()).toEqual(names.sort())
      await set(db, table, { mac: null }, key(one))
      await set(db, table, { mac: other?.mac }, key(other))
      expect(await unsigned()).toEqual([nameOfRow({ table, row: one ?? {} })])
      await set(db, table, { mac: one?.mac }, key(one))
    }
  })

  it('a role that somebody wrote into the database grants nothing, and is in the trail', async () => {
    const { db, newTeam, unsigned } = await openBoth(kind)
    const [team, other] = [await newTeam(), await newTeam()]
    const viewer = await team.join('viewer')
    const key = await team.key({}, viewer)
    expect((await viewer.request('GET', '/v1/session')).status).toBe(200)
    const invite = () => viewer.request('POST', '/v1/invites', { role: 'viewer' })
    expect((await invite()).status).toBe(403)
    await set(db, 'member', { role: 'owner' }, { user_id: viewer.id })
    expect((await invite()).status).toBe(403)
    expect((await key.request('GET', '/v1/projects')).status).toBe(401)
    expect(await unsigned()).toEqual([`member ${viewer.id} ${team.id}`])
    await expect
      .poll(async () => {
        const { json } = await team.request<{ items: AuditRecord[] }>('GET', '/v1/audit')
        return json.items.filter(({ action }) => action === 'rights.refused').map(({ name }) => name)
      })
      .toEqual([`member ${viewer.id} ${team.id}`])

    // Nor does a row of their own, in a team that they were never in.
    const mac = sql<Mac>`(select mac from member where user_id = ${viewer.id})`
    await db
      .insertInto('member')
      .values({ team_id: other.id, user_id: viewer.id, role: 'owner', created_at: 1, mac })
      .execute()
    const { json } = await viewer.request<{ teams: unknown[] }>('GET', '/v1/session')
    expect(json.teams).toEqual([])
  })

  it.each([
    ['digest', (mine: string) => ({ digest: nodeSha256(mine) })],
    ['access', () => ({ access: 'manage run' })],
    ['project_id', () => ({ project_id: null })],
    ['expires_at', () => ({ expires_at: null })],
    ['revoked_at', () => ({ revoked_at: null })],
    ['user_id', (_mine: string, owner: string) => ({ user_id: owner })],
  ] as const)('an API key whose %s was changed in the database is refused', async (column, forged) => {
    const { db, newTeam } = await openBoth(kind)
    const team = await newTeam()
    const project = await team.scope('project')
    const member = await team.join('member')
    const own = await team.key({ access: ['run'], projectId: project.id }, member)
    if (column === 'revoked_at') await team.request('DELETE', `/v1/api-keys/${own.id}`)
    const before = (await own.request('GET', '/v1/key')).status
    const other = await team.key({ name: 'other' })
    if (column === 'digest') await db.deleteFrom('api_key').where('id', '=', other.id).execute()
    const values = forged(other.key, team.owner.id)
    await set(db, 'api_key', values, { id: own.id })
    const used = column === 'digest' ? other : own
    const answer = await used.request('POST', '/v1/workloads/resolve', { names: [] })
    expect([answer.status, answer.text]).toEqual([401, expect.stringContaining(before === 401 ? '' : 'doctor')])
  })

  it('an API key whose revocation was undone in the database while its request waited makes no other key', async () => {
    const { db, newTeam, store, now } = await openBoth(kind)
    const team = await newTeam()
    const [used, known] = [await team.key({ access: ['manage'] }), await team.key({ name: 'genuine' })]
    const make = (of: string) => {
      const id = newId('ak')
      const limits = { access: ['run'] as const, projectId: null, clusterId: null, expiresAt: null }
      const key = { id, name: id, digest: `digest of ${id}`, masked: '…', ofTeam: false, addresses: [], ...limits }
      return store.createApiKey(team.id, key, { by: team.owner, at: now(), key: { id: of, name: 'used' } })
    }
    await make(known.id)
    await team.request('DELETE', `/v1/api-keys/${used.id}`)
    await set(db, 'api_key', { revoked_at: null }, { id: used.id })
    await expect(make(used.id)).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })

  it('an invite whose role was changed in the database is not found', async () => {
    const { db, newTeam } = await openBoth(kind)
    const team = await newTeam()
    const { json } = await team.request<{ token: string }>('POST', '/v1/invites', { role: 'viewer' })
    const ask = () => team.request('POST', '/v1/invitation', { token: json.token })
    expect((await ask()).status).toBe(200)
    await set(db, 'invite', { role: 'owner' }, { team_id: team.id })
    expect((await ask()).status).toBe(404)
  })

  it('an ephemeral secret whose limit or end was changed in the database is not found', async () => {
    const { db, newTeam } = await openBoth(kind)
    const team = await newTeam()
    const project = await team.scope('project')
    const manage = await team.key({ access: ['manage', 'run'], projectId: project.id })
    const { json } = await manage.request<{ A: string }>('POST', '/secrets/ephemeral', { A: 'x' })
    const everywhere = await team.key({ name: 'everywhere', access: ['run'] })
    const resolve = async () => {
      const env = { A: `secret:ephemeral:${json.A}` }
      return (await everywhere.request('POST', '/v1/workloads/resolve', { env })).status
    }
    expect(await resolve()).toBe(404)
    await set(db, 'ephemeral_secret', { project_id: null }, { team_id: team.id })
    expect(await resolve()).toBe(404)
  })

  it('a project is closed to somebody who wrote themselves in, and when it was opened in the database', async () => {
    const { db, newTeam } = await openBoth(kind)
    const team = await newTeam()
    const [chosen, outsider] = [await team.join('member', 'Chosen'), await team.join('member', 'Outsider')]
    const { id } = await team.scope('project')
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [chosen.id] })
    const sees = async () => {
      const { json } = await outsider.request<{ items: unknown[] }>('GET', '/v1/projects')
      return [(await outsider.request('GET', `/v1/projects/${id}`)).status, json.items.length]
    }
    expect(await sees()).toEqual([404, 0])
    const mac = sql<Mac>`(select mac from collaborator where user_id = ${chosen.id})`
    await db.insertInto('collaborator').values({ team_id: team.id, scope_id: id, user_id: outsider.id, mac }).execute()
    expect(await sees()).toEqual([404, 0])
    await set(db, 'scope', { access: 'all' }, { id })
    expect(await sees()).toEqual([404, 0])
  })

  it('a project that was made a cluster, or taken out of the trash, in the database gives no values and no keys', async () => {
    const { db, newTeam } = await openBoth(kind)
    const team = await newTeam()
    const [outsider, owners] = [await team.join('member'), await team.key({ access: ['run'] })]
    const { id, secrets } = await team.scope('project')
    await team.request('PUT', `${secrets}/A`, { value: 'x' })
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [] })
    const resolve = async (place: object) =>
      (await owners.request('POST', '/v1/workloads/resolve', { all: true, ...place })).status
    expect(await resolve({ projectId: id })).toBe(200)
    await set(db, 'scope', { kind: 'cluster' }, { id })
    expect(await resolve({ clusterId: id })).toBe(404)
    const key = { name: 'k', access: ['run'], clusterId: id }
    expect((await outsider.request('POST', '/v1/api-keys', key)).status).toBe(404)
    await set(db, 'scope', { kind: 'project' }, { id })
    await team.request('DELETE', `/v1/projects/${id}`)
    await set(db, 'scope', { deleted_at: null }, { id })
    expect(await resolve({ projectId: id })).toBe(404)
  })

  it('a team that was taken out of the trash in the database is closed to its keys', async () => {
    const { db, newTeam } = await openBoth(kind)
    const team = await newTeam()
    const key = await team.key({ access: ['run'] })
    const resolve = async () => (await key.request('POST', '/v1/workloads/resolve', { all: true })).status
    expect(await resolve()).toBe(200)
    await team.request('DELETE', `/v1/teams/${team.id}`)
    expect(await resolve()).toBe(401)
    await set(db, 'team', { deleted_at: null }, { id: team.id })
    expect(await resolve()).toBe(401)
  })
})
