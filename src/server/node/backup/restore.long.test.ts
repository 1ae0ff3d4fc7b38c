import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { createVault } from '#server/crypto/vault.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { runChecks } from '#server/node/doctor/run-checks.ts'
import { nodeCipher } from '#server/node/keys/node-crypto.ts'
import { migrate } from '#server/store/db/migrations.ts'
import { openRights } from '#server/store/rights/rights.ts'
import { insertTeamSecrets } from '#server/testing/app/insert-secrets.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { backupLines, backupRows, writeBackupLines } from '#server/testing/backup-lines.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import {
  type EmptyInstallation,
  newEmptyInstallation,
  testMasterKey,
} from '#server/testing/processes/empty-installation.ts'
import { adminMain, runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { sessionCookie, setupToken, startTestServer } from '#server/testing/processes/test-server.ts'
import { createChecksum } from './backup-format.ts'
import { makeBackup } from './make-backup.ts'
import { restoreBackup } from './restore-backup.ts'

const kinds = ['sqlite', 'postgres'] as const

/** Makes a backup of a team with some secrets. */
const backupOf = async (place: EmptyInstallation): Promise<string> => {
  const { newTeam } = await openTestApp({ location: place.config.database })
  const team = await newTeam()
  const { secrets } = await team.scope('team')
  for (const name of ['A', 'B', 'C']) await team.request('PUT', `${secrets}/${name}`, { value: `value of ${name}` })
  const file = join(newTemporaryFolder(), 'backup')
  await makeBackup(place.config, file)
  return file
}

const shared = await backupOf(await newEmptyInstallation('sqlite'))
const large = await makeLargeBackup()

describe('moving an installation', () => {
  it('from SQLite to PostgreSQL and back keeps every row and every session', async () => {
    const from = await newEmptyInstallation('sqlite')
    const server = await startTestServer(from.settings)
    const cookie = sessionCookie(await server.setUp({ name: 'Ada “\\u0000” \\ "Lovelace" 🗝' }))
    await server.request('PUT', '/v1/teams/gradient-next/secrets/A', { value: 'x' }, cookie)
    await addOddRows(from)

    const [there, copy, back] = [
      await newEmptyInstallation('postgres'),
      await newEmptyInstallation('postgres'),
      await newEmptyInstallation('sqlite'),
    ]
    const files = ['first', 'second', 'third'].map((name) => join(newTemporaryFolder(), name))
    const [first = '', second = '', third = ''] = files
    await makeBackup(from.config, first)
    await restoreBackup(there.config, first)
    await makeBackup(there.config, second)
    await restoreBackup(copy.config, second)
    await restoreBackup(back.config, second)
    await makeBackup(back.config, third)
    expect(backupRows(second)).toEqual(backupRows(first))
    expect(backupRows(third)).toEqual(backupRows(first))
    for (const { config } of [from, there, back]) {
      const rights = (await runChecks(config)).filter(({ check }) => check === 'rights')
      expect(rights).toMatchObject([{ level: 'ok' }])
    }

    const moved = await startTestServer({ ...there.settings, SETUP_TOKEN: setupToken })
    expect(moved.setupLink).toBeUndefined()
    const found = await moved.request('GET', '/v1/teams/gradient-next/secrets/A', undefined, cookie)
    expect(found.status).toBe(200)
    expect((await moved.signIn()).status).toBe(200)
    expect((await moved.request('PUT', '/v1/teams/gradient-next/secrets/B', { value: 'x' }, cookie)).status).toBe(201)
  })
})

describe.each(kinds)('a restore into %s', (kind) => {
  it('prints what it restored and where, without the password', async () => {
    const place = await newEmptyInstallation(kind)
    const { code, stdout, stderr } = await runAdminProcess(['restore', shared], place.settings)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^RESTORED 3 secrets: 3 sealed values opened, 3 audit records in order, as of 20/)
  })

  it('is rejected when the database has data, which stays', async () => {
    const place = await newEmptyInstallation(kind)
    const before = backupRows(await backupOf(place))
    const { code, stdout, stderr } = await runAdminProcess(['restore', shared], place.settings)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/The database is not empty: it has “user” with \d+ rows/)
    const after = join(newTemporaryFolder(), 'after')
    await makeBackup(place.config, after)
    expect(backupRows(after)).toEqual(before)
  })

  it('is rejected next to tables of another product', async () => {
    const place = await newEmptyInstallation(kind)
    const { db } = openDatabase(place.config.database)
    cleanUp(() => db.destroy())
    await sql`create table orders (id integer)`.execute(db)
    await expect(restoreBackup(place.config, shared)).rejects.toThrow('“orders”, which is no table of Gradient Secrets')
    expect((await db.introspection.getTables()).map(({ name }) => name)).toEqual(['orders'])
  })

  it('treats empty tables as an empty database, in any schema version', async () => {
    const place = await newEmptyInstallation(kind)
    const { db } = openDatabase(place.config.database)
    await migrate(db, kind)
    await db.destroy()
    expect(await restoreBackup(place.config, shared)).toMatchObject({ secrets: 3 })
  })

  it('migrates a backup of an older schema to the current one', async () => {
    const old = await newEmptyInstallation('sqlite')
    const { db } = openDatabase(old.config.database)
    await migrate(db, 'sqlite', '0007-uses')
    const vault = await createVault(new Uint8Array(32).fill(7), nodeCipher)
    await sql`insert into installation (id, key_check, created_at) values (1, ${await vault.keyCheck()}, 1)`.execute(db)
    await db.destroy()
    const file = join(newTemporaryFolder(), 'old')
    await makeBackup(old.config, file)
    expect(backupLines(file).join()).not.toContain('cli_login')
    const place = await newEmptyInstallation(kind)
    await restoreBackup(place.config, file)
    const restored = openDatabase(place.config.database).db
    cleanUp(() => restored.destroy())
    expect(await restored.selectFrom('cli_login').selectAll().execute()).toEqual([])
  })

  const lines = backupLines(shared)
  const bytes = readFileSync(shared)
  const changed = (change: (head: Record<string, unknown>) => object) => [
    JSON.stringify(change(JSON.parse(lines[0] ?? ''))),
    ...lines.slice(1),
  ]
  const row = lines.findIndex((line) => line.includes('"secret.set"'))
  const bad: [string, string, Uint8Array | string[]][] = [
    ['was cut off in the middle', 'is cut off', bytes.subarray(0, bytes.length / 2)],
    ['lacks its last byte', 'is cut off', bytes.subarray(0, -1)],
    ['has nothing in it', 'is cut off', new Uint8Array()],
    ['was cut between two lines', 'is cut off', lines.slice(0, -1)],
    [
      'has a bit that is another',
      'altered',
      bytes.map((byte, index) => (index === bytes.length >> 1 ? byte ^ 1 : byte)),
    ],
    ['has a row changed', 'altered', lines.map((line, index) => (index === row ? line.replace('a', 'b') : line))],
    ['lacks a row', 'altered', lines.filter((_, index) => index !== row)],
    ['has a row of another length', 'altered', lines.map((line, index) => (index === row ? '[1]' : line))],
    ['goes on after its end', 'altered', [...lines, '[]']],
    [
      'was made with another’s sum',
      'altered',
      [...lines.slice(0, -1), (lines.at(-1) ?? '').replace(/"mac":"./, '"mac":"g')],
    ],
    ['is of a newer form', 'A newer version', changed((head) => ({ ...head, version: 2, more: [] }))],
    ['knows a later migration', 'A newer version', changed((head) => ({ ...head, migration: '9999-later' }))],
    ['is packed, and something else', 'no backup', ['{"some":"thing"}']],
    ['is packed text', 'no backup', ['Dear diary,']],
    ['is a text', 'no backup', new TextEncoder().encode('Dear diary, this is no backup at all.')],
  ]
  it.each(bad)('is rejected when the file %s, and leaves the database empty', async (_case, reason, content) => {
    const place = await newEmptyInstallation(kind)
    const file = join(newTemporaryFolder(), 'bad')
    if (content instanceof Uint8Array) writeFileSync(file, content)
    else writeBackupLines(file, content)
    const restoring = restoreBackup(place.config, file)
    await expect(restoring).rejects.toThrow(reason)
    await expect(restoring).rejects.toThrow('Nothing was restored.')
    expect(await restoreBackup(place.config, shared)).toMatchObject({ secrets: 3 })
  })

  it('rolls back completely when the last value does not open', async () => {
    const file = join(newTemporaryFolder(), 'unverified')
    const sealed = lines.findLastIndex((line) => line.includes('"base64"') && line.includes('"C"'))
    const other = lines.map((line, index) =>
      index === sealed ? line.replace(/"base64":"..../, '"base64":"AAAA') : line,
    )
    writeBackupLines(file, await summedAnew(other))
    const place = await newEmptyInstallation(kind)
    await expect(restoreBackup(place.config, file)).rejects.toThrow('“C” in te')
    const { db } = openDatabase(place.config.database)
    cleanUp(() => db.destroy())
    expect(await db.introspection.getTables({ withInternalKyselyTables: true })).toEqual([])
  })

  it('is rejected with the key of another installation, before anything is created', async () => {
    const place = await newEmptyInstallation(kind, Buffer.alloc(32, 9).toString('base64'))
    await expect(restoreBackup(place.config, shared)).rejects.toThrow('not the one that this backup was made with')
    expect(existsSync(place.settings.DATA_DIR ?? '')).toBe(false)
    const right = { ...place.settings, MASTER_KEY: testMasterKey }
    expect((await runAdminProcess(['restore', shared], right)).code).toBe(0)
  })

  it('leaves the database empty when it is killed', async () => {
    const place = await newEmptyInstallation(kind)
    const command = [process.execPath, adminMain, 'restore', large] as const
    const terminal = startOnTerminal([], { command, env: place.settings, columns: 200 })
    // When the progress bar shows, rows are already inserted.
    await terminal.screen.until('Restoring ')
    process.kill(terminal.pid, 'SIGKILL')
    expect(await terminal.ended).toBe('SIGKILL')
    expect(await restoreBackup(place.config, shared)).toMatchObject({ secrets: 3 })
  })
})

it('rejects a text with a NUL, which PostgreSQL cannot store, and names its column', async () => {
  const from = await newEmptyInstallation('sqlite')
  const { db } = openDatabase(from.config.database)
  await openTestApp({ location: from.config.database }).then(({ newTeam }) => newTeam())
  await sql`update user set name = ${'a\0b'}`.execute(db)
  await db.destroy()
  const file = join(newTemporaryFolder(), 'backup')
  await makeBackup(from.config, file)
  const place = await newEmptyInstallation('postgres')
  await expect(restoreBackup(place.config, file)).rejects.toThrow('“name” of the table “user”')
  expect(await restoreBackup((await newEmptyInstallation('sqlite')).config, file)).toMatchObject({ secrets: 0 })
})

it('rejects a missing file', async () => {
  const { settings } = await newEmptyInstallation('sqlite')
  const { code, stderr } = await runAdminProcess(['restore', join(newTemporaryFolder(), 'none')], settings)
  expect([code, existsSync(settings.DATA_DIR ?? '')]).toEqual([1, false])
  expect(stderr).toContain('There is no file')
})

/** Returns the lines of a backup with a valid checksum, which requires the master key. */
const summedAnew = async (lines: readonly string[]): Promise<string[]> => {
  const sum = await createChecksum(await createVault(new Uint8Array(32).fill(7), nodeCipher))
  const content = lines.slice(0, -1)
  for (const line of content) sum.add(`${line}\n`)
  const { end } = JSON.parse(lines.at(-1) ?? '')
  return [...content, JSON.stringify({ end: { rows: end.rows, ...sum.end() } })]
}

/** Makes a backup that takes a while to restore. */
async function makeLargeBackup(): Promise<string> {
  const place = await newEmptyInstallation('sqlite')
  const { newTeam } = await openTestApp({ location: place.config.database })
  await newTeam()
  await insertTeamSecrets(place.settings, 5000)
  const file = join(newTemporaryFolder(), 'large')
  await makeBackup(place.config, file)
  return file
}

/** Adds rows of better-auth with values that differ between databases: dates, booleans and unusual text. */
const addOddRows = async ({ config }: EmptyInstallation): Promise<void> => {
  const { db } = openDatabase(config.database)
  const { id } = await db.selectFrom('user').select('id').executeTakeFirstOrThrow()
  const [early, late] = ['1999-12-31T23:59:59.999Z', '2038-01-19T03:14:08.000Z']
  const vault = await createVault(new Uint8Array(32).fill(7), nodeCipher)
  const rights = await openRights(db, 'sqlite', vault, { now: Date.now, report: () => undefined })
  await db.transaction().execute((trx) => rights.update(trx, 'user', { id }, { twoFactorEnabled: 1, createdAt: early }))
  const second = { id: 't1', userId: id, secret: 'sealed', backupCodes: '[]', verified: 1 }
  const counted = { failedVerificationCount: 3, lockedUntil: late }
  await db
    .insertInto('twoFactor')
    .values(await rights.signed('twoFactor', { ...second, ...counted }))
    .execute()
  const odd = { id: 'p1', name: '“\\x00” \\ \u2028 😀', counter: 7, backedUp: 0, createdAt: early }
  const plain = { id: 'p2', name: '', counter: 9007199254740991, backedUp: 1, transports: 'usb' }
  for (const passkey of [odd, plain]) {
    const key = { ...passkey, publicKey: 'k', userId: id, credentialID: `c ${passkey.id}`, deviceType: 'd' }
    await db
      .insertInto('passkey')
      .values(await rights.signed('passkey', key))
      .execute()
  }
  const waiting = {
    id: 'v1',
    identifier: 'i',
    value: '{"a":"\\b"}',
    expiresAt: late,
    createdAt: early,
    updatedAt: late,
  }
  await db
    .insertInto('verification')
    .values(await rights.signed('verification', waiting))
    .execute()
  await db.destroy()
}
