import { existsSync } from 'node:fs'
import type { Kysely } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import { lastMigrationName, withSnapshot } from '#server/node/backup/snapshot.ts'
import type { Config } from '#server/node/config.ts'
import { openReadOnly } from '#server/node/database/open-database.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { readKeyCheck } from '#server/store/keys/installation.ts'
import { checkAuditTrails, checkRights, checkValues } from './check-content.ts'
import { checkMigrations, checkPostgres, checkSqlite } from './check-database.ts'
import { checkMasterKey, checkPermissions } from './check-key.ts'
import { checkClock, checkDisk } from './check-machine.ts'
import { type Finding, fail, ok, tryCheck, warn } from './finding.ts'

type Options = { full?: boolean; progress?: Progress; now?: () => number }

/**
 * Checks everything that an installation needs, whether or not its server runs, and writes nothing. A check that fails
 * to run becomes a finding.
 */
export const runChecks = async (
  config: Config,
  { full = false, progress = () => undefined, now = Date.now }: Options = {},
): Promise<Finding[]> => {
  const { database } = config
  const findings = checkSettings(config)
  let vault: Vault | undefined
  const databaseChecks = await checkDatabase(config, now)
  const key = await tryCheck('master key', async () => {
    const { findings, ...rest } = await checkMasterKey(config.masterKey, databaseChecks.keyCheck)
    vault = rest.vault
    return findings
  })
  findings.push(...key, ...databaseChecks.findings)
  if (database.kind === 'sqlite') {
    const { path } = database
    findings.push(...(await tryCheck('disk space', () => checkDisk(path))))
    // The last writes are in the files next to the database.
    const logFiles = [`${path}-wal`, `${path}-shm`].filter((file) => existsSync(file))
    if (existsSync(path))
      findings.push(...(await tryCheck('database', () => checkPermissions('database', [path, ...logFiles]))))
  }
  const openedVault = vault
  if (openedVault && databaseChecks.isReadable) {
    findings.push(
      ...(await tryCheck('values', () =>
        withSnapshot(
          database,
          async (snapshot) => {
            const given = { snapshot, vault: openedVault, progress }
            return [
              ...(await tryCheck('values', () => checkValues(given, full))),
              ...(await tryCheck('audit trail', () => checkAuditTrails(given))),
              ...(await tryCheck('rights', () => checkRights(given))),
            ]
          },
          { untouched: true },
        ),
      )),
    )
  }
  const unknown = 'When the last one was made is not known here.'
  findings.push(ok('backup', unknown, 'Make one each day: npm run admin -- backup FILE'))
  return findings
}

/** Runs the checks of the database that need no key. */
const checkDatabase = async (
  { database }: Config,
  now: () => number,
): Promise<{ findings: Finding[]; keyCheck: Uint8Array | undefined; isReadable: boolean }> => {
  let keyCheck: Uint8Array | undefined
  let isReadable = false
  const withDatabase = async (db: Kysely<Schema>): Promise<Finding[]> => {
    const findings = await tryCheck('database', () =>
      database.kind === 'sqlite' ? checkSqlite(db) : checkPostgres(db),
    )
    if (findings.some(({ level }) => level === 'fail')) {
      keyCheck = await readKeyCheck(db).catch(() => undefined)
      return findings
    }
    keyCheck = await readKeyCheck(db)
    if (!keyCheck) return [...findings, ok('form', 'There is nothing in the database yet. The first start fills it.')]
    const form = checkMigrations(await lastMigrationName(db))
    isReadable = form.level !== 'fail'
    return [...findings, form, ...(await tryCheck('clock', () => checkClock(db, database.kind, now)))]
  }
  const findings = await tryCheck('database', async () => {
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

const loopback = new Set(['localhost', '127.0.0.1', '::1', '[::1]'])

/** Warns about valid settings that are probably a mistake. */
const checkSettings = ({ host, publicUrl }: Pick<Config, 'host' | 'publicUrl'>): Finding[] => {
  const findings: Finding[] = []
  if (publicUrl && publicUrl.protocol !== 'https:' && !loopback.has(publicUrl.hostname)) {
    findings.push(
      warn(
        'settings',
        'PUBLIC_URL is an address of http: passwords and values travel in the clear.',
        'Put a proxy with TLS in front, and set PUBLIC_URL to its https:// address.',
      ),
    )
  }
  if (!publicUrl && !loopback.has(host)) {
    findings.push(
      warn(
        'settings',
        'HOST is open to other machines and there is no PUBLIC_URL: whatever name it is called by is answered.',
        'Set PUBLIC_URL to the https:// address that people use.',
      ),
    )
  }
  return findings.length > 0 ? findings : [ok('settings', 'They can be used.')]
}
