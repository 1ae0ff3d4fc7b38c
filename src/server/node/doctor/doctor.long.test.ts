import { chmodSync, closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '#server/node/config.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { dataFolderContent, newDataFolder, usedDataFolder } from '#server/testing/processes/data-folder.ts'
import { type EmptyInstallation, newEmptyInstallation } from '#server/testing/processes/empty-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { roomFor } from './check-machine.ts'
import type { Finding } from './finding.ts'
import { runChecks } from './run-checks.ts'

const kinds = ['sqlite', 'postgres'] as const
const day = 24 * 60 * 60 * 1000

const filled = async (kind: (typeof kinds)[number]): Promise<EmptyInstallation> => {
  const place = await newEmptyInstallation(kind)
  const { newTeam } = await openTestApp({ location: place.config.database })
  const team = await newTeam()
  const { secrets } = await team.scope('team')
  for (const name of ['A', 'B']) await team.request('PUT', `${secrets}/${name}`, { value: `value of ${name}` })
  return place
}

const change = async (
  { config }: EmptyInstallation,
  alter: (db: Kysely<Schema>) => Promise<unknown>,
): Promise<void> => {
  const { db } = openDatabase(config.database)
  try {
    await alter(db)
  } finally {
    await db.destroy()
  }
}

const notOk = (findings: readonly Finding[]): string[] =>
  findings.flatMap(({ level, check, found }) => (level === 'ok' ? [] : [`${level} ${check}: ${found}`]))

describe.each(kinds)('doctor, next to a server on %s', (kind) => {
  it('reports every check as ok when nothing is wrong', async () => {
    const place = await filled(kind)
    const { code, stdout, stderr } = await runAdminProcess(['doctor', '--full'], place.settings)
    expect([code, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.filter((line) => !/^ok {4}[a-z ]+: \S/.test(line))).toEqual([])
    expect(stdout).toMatch(/Key [0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}, in MASTER_KEY: belongs to this database/)
    expect(stdout).toContain('All 2 sealed values open.')
    expect(stdout).toContain('All 2 records are in order.')
  })

  const wrong: [string, string, (db: Kysely<Schema>) => Promise<unknown>][] = [
    [
      'a value that does not open',
      'fail values: Version 1 of “B”',
      (db) =>
        db
          .updateTable('secret_version')
          .set({ sealed: new Uint8Array(60) })
          .where('name', '=', 'B')
          .execute(),
    ],
    [
      'a trail that was changed',
      'fail audit trail: The audit trail of team',
      (db) => sql`update audit set line = replace(line, 'Ada', 'Eve')`.execute(db),
    ],
    [
      'a record from the future',
      'warn clock: The newest record is',
      (db) => sql`update audit set at = ${Date.now() + day} where seq = 2`.execute(db),
    ],
    [
      'a database of a newer version',
      'fail form: A newer version',
      (db) => sql`insert into kysely_migration values ('9999-later', '2030')`.execute(db),
    ],
    [
      'a database of an older version',
      'warn form: It is older',
      (db) => sql`delete from kysely_migration where name > '0008'`.execute(db),
    ],
  ]
  it.each(wrong)('finds %s, and only that', async (_case, expected, alter) => {
    const place = await filled(kind)
    await change(place, alter)
    const found = notOk(await runChecks(place.config))
    expect(found).toEqual([expect.stringContaining(expected)])
  })

  it('warns about a clock behind the newest record, and tolerates small differences', async () => {
    const place = await filled(kind)
    const at = Date.now()
    expect(notOk(await runChecks(place.config, { now: () => at - 2000 }))).toEqual([])
    expect(notOk(await runChecks(place.config, { now: () => at - day }))).toEqual([
      expect.stringMatching(/^warn clock: The newest record is 86\d{3} s in the future: a clock was or is wrong\.$/),
    ])
  })

  it('finds a wrong key and a missing key', async () => {
    const place = await filled(kind)
    const other = await runAdminInline(['doctor'], {
      ...place.settings,
      MASTER_KEY: Buffer.alloc(32, 9).toString('base64'),
    })
    expect([other.code, other.stdout.match(/^fail.*$/gm)]).toEqual([
      1,
      [expect.stringContaining('it does not belong to this database. — Set MASTER_KEY')],
    ])
    const { MASTER_KEY: _, ...keyless } = place.settings
    const { code, stdout } = await runAdminInline(['doctor'], keyless)
    expect([code, stdout.match(/^fail.*$/gm)]).toEqual([1, [expect.stringContaining('recovery-kit --restore FILE')]])
  })
})

const copy = await usedDataFolder('SIGKILL')
/** Returns a folder in which all data is in the database file, and none in the log. */
const wholeCopy = await usedDataFolder('SIGTERM')

describe('doctor, after a server was killed', () => {
  it('reads the write-ahead log and leaves every file unchanged', async () => {
    const folder = copy()
    const before = dataFolderContent(folder)
    const { code, stdout } = await runAdminProcess(['doctor', '--json'], { DATA_DIR: folder })
    const { ok, findings }: { ok: boolean; findings: Finding[] } = JSON.parse(stdout)
    expect([code, ok, notOk(findings)]).toEqual([0, true, []])
    expect(findings.find(({ check }) => check === 'values')?.found).toBe('All 1 sealed values open.')
    expect(dataFolderContent(folder)).toEqual(before)
  })

  it('reports a damaged file', async () => {
    const folder = wholeCopy()
    const path = join(folder, 'secrets.db')
    const file = openSync(path, 'r+')
    for (let page = 4096; page < statSync(path).size; page += 8192)
      writeSync(file, Buffer.alloc(2048, 7), 0, 2048, page)
    closeSync(file)
    const { code, stdout, stderr } = await runAdminInline(['doctor'], { DATA_DIR: folder })
    expect([code, stderr]).toEqual([1, ''])
    expect(stdout).toMatch(/^fail {2}database: .*damaged/m)
  })

  it('reports a file that is not a SQLite database', async () => {
    const folder = wholeCopy()
    writeFileSync(join(folder, 'secrets.db'), 'Dear diary, '.repeat(1000))
    const { code, stdout } = await runAdminInline(['doctor'], { DATA_DIR: folder })
    expect([code, stdout.match(/^fail.*$/gm)]).toEqual([1, [expect.stringContaining('Restore it from a backup')]])
  })

  it('warns about files that other users can read', async () => {
    const folder = copy()
    chmodSync(join(folder, 'master.key'), 0o644)
    chmodSync(folder, 0o755)
    const { code, stdout } = await runAdminInline(['doctor'], { DATA_DIR: folder })
    expect(code).toBe(0)
    expect(stdout).toContain(`warn  master key: ${folder}/master.key is open to other users (0644). — chmod 0600`)
    expect(stdout).toContain(`warn  master key: ${folder} is open to other users (0755). — chmod 0700`)
  })

  it.each([
    ['the database’s file', ['secrets.db']],
    ['its log and the index of that', ['secrets.db-wal', 'secrets.db-shm']],
    ['the next master key and old ones', ['master.key.next', 'master.key.old-0000-0000-0000']],
  ])('warns that other users can read %s, and only that', async (_case, names) => {
    const folder = copy()
    for (const name of names) {
      const path = join(folder, name)
      if (!existsSync(path)) writeFileSync(path, '')
      chmodSync(path, 0o640)
    }
    const found = notOk(await runChecks(parseConfig({ DATA_DIR: folder })))
    expect(found).toEqual(
      names.map((name) => expect.stringContaining(`${join(folder, name)} is open to other users (0640).`)),
    )
  })

  it('shows no key', async () => {
    const folder = copy()
    const { stdout } = await runAdminProcess(['doctor', '--json'], { DATA_DIR: folder })
    expect(stdout).not.toContain(readFileSync(join(folder, 'master.key'), 'utf8').trim())
  })
})

describe('doctor, on settings', () => {
  it.each([
    [{ HOST: '0.0.0.0' }, 'warn  settings: HOST is open to other machines'],
    [{ PUBLIC_URL: 'http://secrets.example.com' }, 'warn  settings: PUBLIC_URL is an address of http'],
    [{ PORT: 'many' }, 'fail  settings: PORT must be'],
    [{ DATABASE_URL: 'postgres://user:canary@127.0.0.1:1/none' }, 'fail  database: The database does not answer'],
  ])('warns about %j', async (settings, expected) => {
    const { stdout } = await runAdminInline(['doctor'], { DATA_DIR: copy(), ...settings })
    expect(stdout).toContain(expected)
    expect(stdout).not.toContain('canary')
  })

  it('reports a missing database and creates none', async () => {
    const folder = newDataFolder()
    const { code, stdout } = await runAdminInline(['doctor'], { DATA_DIR: folder })
    expect(code).toBe(1)
    expect(stdout).toContain('There is no database file')
    expect(() => statSync(folder)).toThrow('ENOENT')
  })

  it('rejects unknown options', async () => {
    expect((await runAdminInline(['doctor', '--frobnicate'], {})).code).toBe(64)
  })
})

it('on PostgreSQL, finds an invalid index and an encoding other than UTF8', async () => {
  const place = await filled('postgres')
  await change(place, (db) =>
    sql`update pg_index set indisvalid = false where indexrelid = 'secret_name'::regclass`.execute(db),
  )
  expect(notOk(await runChecks(place.config))).toEqual(['fail database: The index “secret_name” is not valid.'])

  const other = new URL(await newPostgresDatabase())
  const { db } = openDatabase({ kind: 'postgres', url: other.href })
  await sql`create database ${sql.id(`${other.pathname.slice(1)}_ascii`)} encoding 'SQL_ASCII' template template0`.execute(
    db,
  )
  await db.destroy()
  other.pathname += '_ascii'
  const { stdout } = await runAdminInline(['doctor'], { ...place.settings, DATABASE_URL: other.href })
  expect(stdout).toContain('fail  database: Its encoding is SQL_ASCII.')
})

it.each([-day, day])('on PostgreSQL, finds a database clock that differs by %d ms', async (by) => {
  const place = await filled('postgres')
  // Otherwise the newest record would be reported first.
  await change(place, (db) => sql`update audit set at = at - ${2 * day}::int8`.execute(db))
  expect(notOk(await runChecks(place.config))).toEqual([])
  expect(notOk(await runChecks(place.config, { now: () => Date.now() + by }))).toEqual([
    'warn clock: The database’s clock is 86400 s away from this one.',
  ])
})

describe('on PostgreSQL, the content of the indexes', () => {
  const database = async (place: EmptyInstallation) => {
    const findings = await runChecks(place.config)
    return findings.filter(({ check }) => check === 'database').map(({ level, found }) => `${level} ${found}`)
  }
  /** Damages an index by declaring the opposite sort order. */
  const damage = (db: Kysely<Schema>) =>
    sql`update pg_index set indoption = '3 3 3' where indexrelid = 'secret_name'::regclass`.execute(db)

  it('is checked with amcheck when it is installed, in any schema', async () => {
    const place = await filled('postgres')
    await change(place, (db) => sql`create schema tools`.execute(db))
    await change(place, (db) => sql`create extension amcheck schema tools`.execute(db))
    expect(await database(place)).toEqual([
      expect.stringMatching(/^ok PostgreSQL .*: its indexes are valid, and amcheck finds no damage in them\.$/),
    ])
    await change(place, damage)
    expect(await database(place)).toEqual(['fail The index “secret_name” is damaged.'])
  })

  it('is reported as unchecked without amcheck', async () => {
    const place = await filled('postgres')
    await change(place, damage)
    expect(await database(place)).toEqual([
      expect.stringMatching(
        /^ok .*: its indexes are valid\. What is in them is looked at where there is the extension amcheck\.$/,
      ),
    ])
  })

  it('is reported as unchecked, and not as damaged, when the user may not call amcheck', async () => {
    const place = await filled('postgres')
    const user = `user_${crypto.randomUUID().slice(0, 8)}`
    await change(place, async (db) => {
      await sql`create extension amcheck`.execute(db)
      await sql`create role ${sql.id(user)} login`.execute(db)
      await sql`grant pg_read_all_data to ${sql.id(user)}`.execute(db)
    })
    const url = new URL(place.settings.DATABASE_URL ?? '')
    url.username = user
    const found = await database({ ...place, config: parseConfig({ ...place.settings, DATABASE_URL: url.href }) })
    expect(found).toEqual([
      expect.stringMatching(/^ok .*: its indexes are valid\. This user may not call amcheck to look into them\.$/),
    ])
  })
})

it('disk space is low below 1 GiB, and below twice the size of the database', () => {
  const gibibyte = 1024 ** 3
  expect(roomFor(2 * gibibyte, gibibyte / 2)).toBe('enough')
  expect(roomFor(gibibyte - 1, 0)).toBe('little')
  expect(roomFor(4 * gibibyte, 3 * gibibyte)).toBe('little')
})
