import { type Kysely, sql } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { sessionPurpose } from '#server/store/keys/installation.ts'
import { findTable, tablesAtMigration } from './backup-tables.ts'
import { openSealedValues } from './open-sealed-values.ts'
import { countRows, type ReadRows } from './read-rows.ts'
import { VerificationError } from './verification-error.ts'
import { verifyAuditTrails } from './verify-audit-trails.ts'

/** What a database holds that was found to be whole. */
export type VerifiedCounts = { secrets: number; values: number; records: number }

type Given = {
  db: Kysely<Schema>
  kind: DatabaseKind
  rows: ReadRows
  vault: Vault
  /** Called with how many of the values and records are done, of how many. */
  progress(done: number, of: number): void
}

/**
 * Opens every value of a database in the current form, each in its place and one after the other, and follows its audit
 * trails. Throws {@link VerificationError} for what is wrong first. Writes nothing.
 */
export const verifyDatabase = async ({ db, kind, rows, vault, progress }: Given): Promise<VerifiedCounts> => {
  const installation = await db.selectFrom('installation').selectAll().executeTakeFirst()
  if (!installation || !(await vault.passesKeyCheck(installation.key_check))) {
    throw new VerificationError('The key check is not one of this master key.')
  }
  await openSessionSecret(installation.session_secret, vault)
  await checkReferences(db, kind)
  const tables = await tablesAtMigration()
  const counts = await countRows(
    db,
    tables.filter(({ name, columns }) => name === 'audit' || columns.includes('sealed')),
  )
  const of = Object.values(counts).reduce((sum, count) => sum + count, 0)
  let done = 0
  const add = (more: number): void => {
    done += more
    progress(done, of)
  }
  const values = await openSealedValues({ vault, tables, rows, progress: add })
  const records = await verifyAuditTrails(installation.audit_key, { vault, tables, rows, progress: add })
  const { secret = 0 } = await countRows(db, [findTable('secret', tables)])
  return { secrets: secret, values, records }
}

/** Without it nobody could sign in with a second factor, and sessions would end. */
const openSessionSecret = async (sealed: Uint8Array | null, vault: Vault): Promise<void> => {
  if (!sealed) return
  await vault.unwrap(sessionPurpose, sealed).catch(() => {
    throw new VerificationError('The secret that sessions are signed with cannot be opened.')
  })
}

/** Every secret has its value, and every row what it refers to. PostgreSQL sees to the latter at each write. */
const checkReferences = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<void> => {
  if (kind === 'sqlite') {
    const { rows } = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
    if (rows[0]) throw new VerificationError(`A row of “${rows[0].table}” refers to one that is not there.`)
  }
  const bare = await db
    .selectFrom('secret')
    .select(['name', 'scope_id'])
    // For a join, SQLite takes the secrets in another order than that of their versions, which takes ten times as long.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('secret_version')
            .select('secret_version.name')
            .whereRef('secret_version.team_id', '=', 'secret.team_id')
            .whereRef('secret_version.scope_id', '=', 'secret.scope_id')
            .whereRef('secret_version.name', '=', 'secret.name')
            .whereRef('secret_version.version', '=', 'secret.version'),
        ),
      ),
    )
    .limit(1)
    .executeTakeFirst()
  if (bare) throw new VerificationError(`“${bare.name}” in ${bare.scope_id} has no value.`)
}
