import { existsSync } from 'node:fs'
import type { Kysely } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { Progress } from '#server/node/backup/progress-callback.ts'
import { lastMigrationOf, withSnapshot } from '#server/node/backup/snapshot.ts'
import type { Config } from '#server/node/config.ts'
import { openReadOnly } from '#server/node/database/open-database.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { readKeyCheck } from '#server/store/keys/installation.ts'
import { lookAtClock } from './check-clock.ts'
import { lookAtTrails, lookAtValues } from './check-content.ts'
import { lookAtPostgres, lookAtSqlite } from './check-database.ts'
import { lookAtDisk } from './check-disk.ts'
import { lookAtKey, openToOthers } from './check-key.ts'
import { lookAtForm } from './check-migrations.ts'
import { lookAtSettings } from './check-settings.ts'
import { type Finding, fail, looked, ok } from './finding.ts'

type Options = { full?: boolean; progress?: Progress; now?: () => number }

/**
 * Looks at everything that an installation stands on, whether its server runs or not, and writes nothing. What is too
 * damaged to be looked at is a finding as well.
 */
export const examine = async (
  config: Config,
  { full = false, progress = () => undefined, now = Date.now }: Options = {},
): Promise<Finding[]> => {
  const { database } = config
  const found = lookAtSettings(config)
  let vault: Vault | undefined
  const seen = await ofDatabase(config, now)
  const key = await looked('master key', async () => {
    const { findings, ...rest } = await lookAtKey(config.masterKey, seen.keyCheck)
    vault = rest.vault
    return findings
  })
  found.push(...key, ...seen.findings)
  if (database.kind === 'sqlite') {
    const { path } = database
    found.push(...(await looked('disk space', () => lookAtDisk(path))))
    // What was written last is in the log beside it.
    const beside = [`${path}-wal`, `${path}-shm`].filter((file) => existsSync(file))
    if (existsSync(path)) found.push(...(await looked('database', () => openToOthers('database', [path, ...beside]))))
  }
  const opens = vault
  if (opens && seen.isReadable) {
    found.push(
      ...(await looked('values', () =>
        withSnapshot(
          database,
          async (snapshot) => {
            const given = { snapshot, vault: opens, progress }
            return [
              ...(await looked('values', () => lookAtValues(given, full))),
              ...(await looked('audit trail', () => lookAtTrails(given))),
            ]
          },
          { untouched: true },
        ),
      )),
    )
  }
  const unknown = 'When the last one was made is not known here.'
  found.push(ok('backup', unknown, 'Make one each day: npm run admin -- backup FILE'))
  return found
}

/** What can be said of the database without the key. */
const ofDatabase = async (
  { database }: Config,
  now: () => number,
): Promise<{ findings: Finding[]; keyCheck: Uint8Array | undefined; isReadable: boolean }> => {
  let keyCheck: Uint8Array | undefined
  let isReadable = false
  const withDatabase = async (db: Kysely<Schema>): Promise<Finding[]> => {
    const findings = await looked('database', () =>
      database.kind === 'sqlite' ? lookAtSqlite(db) : lookAtPostgres(db),
    )
    if (findings.some(({ level }) => level === 'fail')) {
      keyCheck = await readKeyCheck(db).catch(() => undefined)
      return findings
    }
    keyCheck = await readKeyCheck(db)
    if (!keyCheck) return [...findings, ok('form', 'There is nothing in the database yet. The first start fills it.')]
    const form = lookAtForm(await lastMigrationOf(db))
    isReadable = form.level !== 'fail'
    return [...findings, form, ...(await looked('clock', () => lookAtClock(db, database.kind, now)))]
  }
  const findings = await looked('database', async () => {
    const db = openReadOnly(database)
    if (!db) {
      const todo = 'Set DATA_DIR as the server has it. If none was started yet, the first start makes it.'
      return fail('database', 'There is no database file, or an empty one.', todo)
    }
    try {
      return await withDatabase(db)
    } finally {
      await db.destroy()
    }
  })
  return { findings, keyCheck, isReadable }
}
