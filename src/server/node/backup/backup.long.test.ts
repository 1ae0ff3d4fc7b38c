import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { createEphemeralSecrets } from '#server/services/ephemeral-secrets.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { openTestApp, type TestTeam } from '#server/testing/app/test-app.ts'
import { backupLines } from '#server/testing/backup-lines.ts'
import { type EmptyInstallation, newEmptyInstallation } from '#server/testing/processes/empty-installation.ts'
import { runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { fileMode, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { findTable } from './backup-tables.ts'
import { makeBackup } from './make-backup.ts'
import type { CellValue } from './read-rows.ts'
import { restoreBackup } from './restore-backup.ts'
import { withSnapshot } from './snapshot.ts'

const kinds = ['sqlite', 'postgres'] as const

/** Creates an installation with a team that has every kind of data. */
const filled = async (kind: (typeof kinds)[number]) => {
  const place = await newEmptyInstallation(kind)
  const { newTeam } = await openTestApp({ location: place.config.database })
  const team = await newTeam()
  const { secrets } = await team.scope('team')
  const project = await team.scope('project', 'nlp')
  for (const [path, name] of [
    [secrets, 'A'],
    [secrets, 'B'],
    [project.secrets, 'A'],
  ]) {
    expect((await team.request('PUT', `${path}/${name}`, { value: `value of ${name}` })).status).toBe(201)
  }
  return { place, team, secrets, file: join(newTemporaryFolder(), 'backup') }
}

/** Runs statements on the database directly, without the product. */
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

describe.each(kinds)('a backup of %s', (kind) => {
  it('says what it verified, and leaves only a file for its owner', async () => {
    const { place, file } = await filled(kind)
    const { code, stdout, stderr } = await runAdminProcess(['backup', file], place.settings)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^VERIFIED 3 secrets: 3 sealed values opened, \d+ audit records in order, [\d,]+ bytes in /)
    expect(stdout.trimEnd().endsWith(file)).toBe(true)
    expect([fileMode(file), readdirSync(join(file, '..'))]).toEqual(['0600', ['backup']])
  })

  it('never replaces a file', async () => {
    const { place, file } = await filled(kind)
    await makeBackup(place.config, file)
    const before = backupLines(file)
    await expect(makeBackup(place.config, file)).rejects.toThrow('is there already. Nothing was written.')
    expect([backupLines(file), readdirSync(join(file, '..'))]).toEqual([before, ['backup']])
  })

  it('contains no plaintext value, session or key', async () => {
    const { place, file } = await filled(kind)
    await makeBackup(place.config, file)
    const text = backupLines(file).join('\n')
    expect(text).toContain('"B"')
    for (const value of ['value of B', Buffer.from('value of B').toString('base64')]) expect(text).not.toContain(value)
  })

  it('is a snapshot: it contains nothing that is written while it is read', async () => {
    const { place, team, secrets } = await filled(kind)
    await withSnapshot(place.config.database, async (snapshot) => {
      const namesIn = async (table: string) => {
        const found = findTable(table, snapshot.tables)
        const names: CellValue[] = []
        for await (const batch of snapshot.rows(found)) {
          names.push(...batch.map((row) => row[found.columns.indexOf('name')] ?? null))
        }
        return names
      }
      const before = await namesIn('secret')
      expect((await team.request('PUT', `${secrets}/LATE`, { value: 'x' })).status).toBe(201)
      expect((await team.request('DELETE', `${secrets}/B`)).status).toBe(200)
      expect(await namesIn('secret_version')).toEqual(before)
      expect(await namesIn('secret')).toEqual(before)
    })
  })

  it('matches its audit trail every time while others write', async () => {
    const { place, team, secrets } = await filled(kind)
    const done = new AbortController()
    const write = async (writer: number) => {
      for (let count = 0; !done.signal.aborted; count++) {
        const name = `NAME_${(writer + count) % 5}`
        if (count % 4 === 3) await team.request('DELETE', `${secrets}/${name}`)
        else await team.request('PUT', `${secrets}/${name}`, { value: `${writer} ${count}` })
        // SQLite calls are synchronous: without this turn, other tasks would never run.
        await setImmediate()
      }
    }
    const writers = [1, 2, 3].map(write)
    const files = ['one', 'two', 'three'].map((name) => join(newTemporaryFolder(), name))
    for (const file of files) {
      const { code, stderr } = await runAdminProcess(['backup', file], place.settings)
      expect([code, stderr]).toEqual([0, ''])
    }
    done.abort()
    await Promise.all(writers)
    const whole = await trailIn(place, team)
    let shorter = 0
    for (const file of files) {
      const copy = await newEmptyInstallation('sqlite')
      await restoreBackup(copy.config, file)
      const trail = await trailIn(copy, team)
      expect(trail).toEqual(whole.slice(0, trail.length))
      expect(trail.length).toBeGreaterThan(shorter)
      shorter = trail.length
      expect(await versionsIn(copy, team)).toEqual(versionsAfter(trail))
    }
    expect(whole.length).toBeGreaterThan(shorter)
  }, 60_000)

  const broken: [string, string, (db: Kysely<Schema>) => Promise<unknown>][] = [
    [
      'a bit of a value is another',
      'Version 1 of “B” in te',
      async (db) => {
        const row = await db.selectFrom('secret_version').selectAll().where('name', '=', 'B').executeTakeFirstOrThrow()
        const sealed = Uint8Array.from(row.sealed, (byte, index) => (index === 20 ? byte ^ 1 : byte))
        return db.updateTable('secret_version').set({ sealed }).where('name', '=', 'B').execute()
      },
    ],
    [
      'a value was put in another’s place',
      'cannot be opened',
      async (db) => {
        const [one] = await db.selectFrom('secret_version').select('sealed').where('name', '=', 'A').execute()
        return db
          .updateTable('secret_version')
          .set({ sealed: one?.sealed ?? new Uint8Array() })
          .where('name', '=', 'B')
          .execute()
      },
    ],
    ['a secret has no value', '“B” in te', (db) => db.deleteFrom('secret_version').where('name', '=', 'B').execute()],
    [
      'a data key does not open',
      'The data key dk',
      (db) =>
        db
          .updateTable('data_key')
          .set({ wrapped: new Uint8Array(60) })
          .execute(),
    ],
    [
      'a record was changed',
      'The audit trail of team te',
      (db) => sql`update audit set line = replace(line, 'nlp', 'lnp')`.execute(db),
    ],
    [
      'the last record was removed',
      'is missing: a checkpoint',
      (db) => sql`delete from audit where seq = (select max(seq) from audit)`.execute(db),
    ],
  ]
  it.each(broken)('does not get its name when %s', async (_case, reason, alter) => {
    const { place, file } = await filled(kind)
    await change(place, alter)
    const making = makeBackup(place.config, file)
    await expect(making).rejects.toThrow('The backup does not verify.')
    await expect(making).rejects.toThrow(reason)
    expect(readdirSync(join(file, '..'))).toEqual(['backup.failed'])
  })

  it('opens older versions, the trash and ephemeral secrets, and fails when one does not open', async () => {
    const place = await newEmptyInstallation(kind)
    const { newTeam, deps } = await openTestApp({ location: place.config.database })
    const team = await newTeam()
    const { secrets } = await team.scope('team')
    for (const value of ['one', 'two', 'three']) await team.request('PUT', `${secrets}/A`, { value })
    for (const name of ['B', 'C']) {
      await team.request('PUT', `${secrets}/${name}`, { value: name })
      await team.request('DELETE', `${secrets}/${name}`)
    }
    await createEphemeralSecrets(deps, team.id, {
      values: { E: 'x' },
      seconds: 60,
      limits: {},
      by: team.owner,
      at: deps.now(),
    })
    const folder = newTemporaryFolder()
    const made = await makeBackup(place.config, join(folder, 'whole'))
    expect(made).toMatchObject({ secrets: 1, values: 6 })
    const copy = await newEmptyInstallation(kind)
    expect(await restoreBackup(copy.config, join(folder, 'whole'))).toMatchObject({ secrets: 1, values: 6 })
    for (const table of ['secret_version', 'trash_version', 'ephemeral_secret'] as const) {
      await change(place, async (db) => {
        const first = await db
          .selectFrom(table)
          .select('sealed')
          .orderBy('created_at')
          .limit(1)
          .executeTakeFirstOrThrow()
        const sealed = Uint8Array.from(first.sealed, (byte, index) => (index === 15 ? byte ^ 1 : byte))
        const one = db.updateTable(table).where('sealed', '=', first.sealed)
        await one.set({ sealed }).execute()
        await expect(makeBackup(place.config, join(folder, table))).rejects.toThrow('cannot be opened')
        const back = db.updateTable(table).where('sealed', '=', sealed)
        await back.set({ sealed: first.sealed }).execute()
      })
    }
  })

  it('exits with 1 and advice when it does not verify', async () => {
    const { place, file } = await filled(kind)
    await change(place, (db) =>
      db
        .updateTable('data_key')
        .set({ wrapped: new Uint8Array(60) })
        .execute(),
    )
    const { code, stdout, stderr } = await runAdminProcess(['backup', file], place.settings)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain(`It is left as “${file}.failed” to be looked into: do not rely on it.`)
  })

  it('is rejected with the key of another installation, and without a database', async () => {
    const { place, file } = await filled(kind)
    const other = { ...place.settings, MASTER_KEY: Buffer.alloc(32, 9).toString('base64') }
    const withOther = await runAdminProcess(['backup', file], other)
    expect([withOther.code, withOther.stdout]).toEqual([1, ''])
    expect(withOther.stderr).toContain('does not belong to this database')
    const empty = await newEmptyInstallation(kind)
    await expect(makeBackup(empty.config, file)).rejects.toThrow('There is no database with anything in it')
    expect(readdirSync(join(file, '..'))).toEqual([])
  })
})

it('without a master key, makes no backup and creates no key', async () => {
  const { settings } = await newEmptyInstallation('sqlite')
  const file = join(newTemporaryFolder(), 'backup')
  const { code, stderr } = await runAdminProcess(['backup', file], { DATA_DIR: settings.DATA_DIR ?? '' })
  expect([code, existsSync(file), existsSync(settings.DATA_DIR ?? '')]).toEqual([1, false, false])
  expect(stderr).toContain('There is no master key')
})

type Record = { action: string; name: string | null; scope: { id: string } | null }

/** Returns the lines of a team's audit trail. */
const trailIn = async ({ config }: EmptyInstallation, { id }: TestTeam): Promise<string[]> => {
  const { db } = openDatabase(config.database)
  try {
    const rows = await db.selectFrom('audit').select('line').where('team_id', '=', id).orderBy('seq').execute()
    return rows.map(({ line }) => line)
  } finally {
    await db.destroy()
  }
}

/** Returns the version of each secret in the list. */
const versionsIn = async ({ config }: EmptyInstallation, { id }: TestTeam): Promise<object> => {
  const { db } = openDatabase(config.database)
  try {
    const rows = await db
      .selectFrom('secret')
      .select(['scope_id', 'name', 'version'])
      .where('team_id', '=', id)
      .execute()
    return Object.fromEntries(rows.map(({ scope_id, name, version }) => [`${scope_id} ${name}`, version]))
  } finally {
    await db.destroy()
  }
}

/** Returns the version of each secret according to the audit trail. */
const versionsAfter = (trail: readonly string[]): object => {
  const versions: { [place: string]: number } = {}
  for (const line of trail) {
    const { action, name, scope }: Record = JSON.parse(line)
    const place = `${scope?.id} ${name}`
    if (action === 'secret.set' || action === 'secret.edit') versions[place] = (versions[place] ?? 0) + 1
    if (action === 'secret.delete') delete versions[place]
  }
  return versions
}
