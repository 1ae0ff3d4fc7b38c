import { type Kysely, sql } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { rightsPurpose, sessionPurpose } from '#server/store/keys/installation.ts'
import { findTable, tablesAtMigration } from './backup-tables.ts'
import { openSealedValues } from './open-sealed-values.ts'
import { countRows, type ReadRows } from './read-rows.ts'
import { VerificationError } from './verification-error.ts'
import { verifyAuditTrails } from './verify-audit-trails.ts'

/** What a verified database contains. */
export type VerifiedCounts = { secrets: number; values: number; records: number }

type Given = {
  db: Kysely<Schema>
  kind: DatabaseKind
  rows: ReadRows
  vault: Vault
  /** Called with the number of values and records verified, and their total. */
  progress(done: number, of: number): void
}

/**
 * Opens every value of a database in the current schema, and verifies its audit trails. Throws {@link
 * VerificationError} for the first problem. Writes nothing.
 */
export const verifyDatabase = async ({ db, kind, rows, vault, progress }: Given): Promise<VerifiedCounts> => {
  const installation = await db.selectFrom('installation').selectAll().executeTakeFirst()
  if (!installation || !(await vault.passesKeyCheck(installation.key_check))) {
    throw new VerificationError('The key check is not one of this master key.')
  }
  await openSessionSecret(installation.session_secret, vault)
  await openRightsKey(installation, vault)
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

/** Checks the secret that signs sessions: without it, second factors and sessions would be lost. */
const openSessionSecret = async (sealed: Uint8Array | null, vault: Vault): Promise<void> => {
  if (!sealed) return
  await vault.unwrap(sessionPurpose, sealed).catch(() => {
    throw new VerificationError('The secret that sessions are signed with cannot be opened.')
  })
}

/** Checks the key of the codes: without it, where codes are required, nobody would have any rights. */
const openRightsKey = async (
  { rights_key, key_check }: { rights_key: Uint8Array | null; key_check: Uint8Array },
  vault: Vault,
): Promise<void> => {
  const isRequired = (await vault.keyCheckForm(key_check)) === 'signed'
  if (!rights_key && !isRequired) return
  await vault.unwrap(rightsPurpose, rights_key ?? new Uint8Array()).catch(() => {
    throw new VerificationError('The key of the codes of rows that grant rights cannot be opened.')
  })
}

/** Checks that every secret has a value and every reference exists. PostgreSQL checks references at each write. */
const checkReferences = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<void> => {
  if (kind === 'sqlite') {
    const { rows } = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
    if (rows[0]) throw new VerificationError(`A row of “${rows[0].table}” refers to one that is not there.`)
  }
  const bare = await db
    .selectFrom('secret')
    .select(['name', 'scope_id'])
    // A join makes SQLite read the secrets in another order than their versions, which takes ten times as long.
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
