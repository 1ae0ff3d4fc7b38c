import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '#server/node/config.ts'
import { openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { runChecks } from '#server/node/doctor/run-checks.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { migrateAs, migrations, NewerDatabase } from '#server/store/db/migrations.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { signedTableNames } from '#server/store/rights/signed-tables.ts'
import { addPerson } from '#server/testing/app/add-person.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { databaseKinds } from '#server/testing/processes/filled-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import {
  firstAccount,
  sessionCookie,
  setupToken,
  startFailure,
  startTestServer,
} from '#server/testing/processes/test-server.ts'

const newSettings = async (kind: (typeof databaseKinds)[number]) => ({
  DATA_DIR: newDataFolder(),
  SETUP_TOKEN: setupToken,
  ...(kind === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}),
})

const change = async <Done>(settings: Record<string, string>, work: (db: Kysely<Schema>) => Promise<Done>) => {
  const { db } = openDatabase(parseConfig(settings).database)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

const rightsFindings = async (settings: Record<string, string>) =>
  (await runChecks(parseConfig(settings))).filter(({ check }) => check === 'rights')

/** An installation as a release without codes leaves it. */
const newInstallationFromBefore = async (kind: (typeof databaseKinds)[number]) => {
  const settings = await newSettings(kind)
  const server = await startTestServer(settings)
  await server.setUp()
  const owner = sessionCookie(await server.signIn())
  await server.request('POST', '/v1/api-keys', { name: 'trainer', access: ['run'] }, owner)
  await server.request('POST', '/v1/invites', { role: 'admin' }, owner)
  await server.stop()
  const config = parseConfig(settings)
  const vault = await openVault(masterKeySource(config.masterKey), await peekKeyCheck(config.database))
  const plain = await vault.keyCheck('plain')
  await change(settings, async (db) => {
    for (const table of signedTableNames) await sql`update ${sql.table(table)} set mac = null`.execute(db)
    await db.updateTable('installation').set({ key_check: plain, rights_key: null }).execute()
    await db.updateTable('schema_release').set({ oldest: 2 }).execute()
  })
  return { settings, owner, plain, kind }
}

describe.each(databaseKinds)('on %s, an installation from before', { timeout: 120_000 }, (kind) => {
  it('works without codes, and says so, until sign-rights has listed and signed its rows', async () => {
    const { settings, owner } = await newInstallationFromBefore(kind)
    const server = await startTestServer(settings)
    const status = async () => (await server.request('GET', '/v1/session', undefined, owner)).status
    expect(await status()).toBe(200)
    await expect.poll(() => server.log()).toContain('sign-rights')
    expect(await rightsFindings(settings)).toMatchObject([{ level: 'warn', todo: 'npm run admin -- sign-rights' }])

    const listed = await runAdminInline(['sign-rights'], settings)
    expect(listed.code).toBe(1)
    for (const part of [`owner  Ada Lovelace <${firstAccount.email}>`, 'trainer', 'as admin by', ': password'])
      expect(listed.stdout).toContain(part)
    expect(listed.stdout).toContain('Nothing was written')
    expect(await rightsFindings(settings)).toMatchObject([{ level: 'warn' }])

    const signed = await runAdminInline(['sign-rights', '--yes'], settings)
    expect([signed.code, signed.stderr]).toEqual([0, ''])
    expect(await rightsFindings(settings)).toMatchObject([{ level: 'ok' }])
    expect((await runAdminInline(['sign-rights'], settings)).stdout).toContain('nothing to do')
    expect(await status()).toBe(200)
    const trail = await server.request<{ items: { detail: string }[] }>(
      'GET',
      '/v1/audit?action=rights.sign',
      undefined,
      owner,
    )
    expect(trail.json.items).toHaveLength(1)
  })

  it('is refused to the release before once it is signed, and its old key check to every server', async () => {
    const { settings, plain } = await newInstallationFromBefore(kind)
    await runAdminInline(['sign-rights', '--yes'], settings)
    const older = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '0012'))
    await change(settings, async (db) => {
      await expect(migrateAs(db, kind, { migrations: older, release: 2 })).rejects.toThrow(NewerDatabase)
      await db.updateTable('installation').set({ key_check: plain }).execute()
    })
    expect(await startFailure(settings)).toContain('put it back')
    expect(await rightsFindings(settings)).toMatchObject([{ level: 'fail' }])
  })

  it('keeps its codes when the master key is rotated, and the old key check does not pass any more', async () => {
    const { settings, owner, plain } = await newInstallationFromBefore(kind)
    await runAdminInline(['sign-rights', '--yes'], settings)
    expect((await runAdminInline(['rotate-master-key'], settings)).code).toBe(0)
    expect(await rightsFindings(settings)).toMatchObject([{ level: 'ok' }])
    const server = await startTestServer(settings)
    expect((await server.request('GET', '/v1/session', undefined, owner)).status).toBe(200)
    await server.stop()
    await change(settings, (db) => db.updateTable('installation').set({ key_check: plain }).execute())
    expect(await startFailure(settings)).toContain('master key')
  })
})

describe.each(databaseKinds)('on %s, a new installation', { timeout: 120_000 }, (kind) => {
  const start = async () => {
    const settings = await newSettings(kind)
    const server = await startTestServer(settings)
    await server.setUp()
    return { settings, server }
  }

  it('refuses a session that was given to somebody else, a new end, and a new time of confirmation', async () => {
    const { settings, server } = await start()
    const late = kind === 'sqlite' ? '2099-01-01T00:00:00.000Z' : new Date('2099-01-01')
    for (const values of [{ expiresAt: late }, { confirmedAt: late }, { userId: 'x' }]) {
      const cookie = sessionCookie(await server.signIn())
      const status = async () => (await server.request('GET', '/v1/session', undefined, cookie)).status
      expect(await status()).toBe(200)
      await change(settings, async (db) => {
        if (kind === 'sqlite') await sql`pragma foreign_keys = off`.execute(db)
        const [[column, value]] = Object.entries(values) as [[string, unknown]]
        const other = sql`insert into ${sql.table('user')} (id, name, email, ${sql.ref('emailVerified')},
          ${sql.ref('createdAt')}, ${sql.ref('updatedAt')}) values ('x', 'X', 'x@example.com', ${kind === 'sqlite' ? 0 : false}, ${late}, ${late})`
        if (column === 'userId') await other.execute(db)
        await sql`update session set ${sql.ref(column)} = ${value}`.execute(db)
      })
      expect([Object.keys(values), await status()]).toEqual([Object.keys(values), 401])
    }
  })

  it('refuses a password that was put in the place of another', async () => {
    const { settings, server } = await start()
    const hash = 'a'.repeat(32)
    await change(settings, (db) => sql`update account set password = ${`${hash}:${hash}`}`.execute(db))
    expect((await server.signIn()).status).toBe(401)
    const [finding] = await rightsFindings(settings)
    expect(finding).toMatchObject({ level: 'fail', found: expect.stringContaining('account ') })
    // The operator may sign a row that is right.
    const listed = await runAdminInline(['sign-rights'], settings)
    expect(listed.stdout).toContain('These rows were not written by this product')
  })

  it('has a code on every row after people signed in, changed their password and turned on a second factor', async () => {
    const { settings, server } = await start()
    if (kind === 'sqlite') await addPerson(settings.DATA_DIR)
    const owner = sessionCookie(await server.signIn())
    const password = 'another long password'
    await server.request('POST', '/v1/account/two-factor', { password: firstAccount.password }, owner)
    await server.request('PUT', '/v1/account/password', { current: firstAccount.password, next: password }, owner)
    expect((await server.signIn({ password })).status).toBe(200)
    expect(await rightsFindings(settings)).toMatchObject([{ level: 'ok' }])
  })
})
