import { type Kysely, sql } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import { findTable, type Table } from '#server/node/backup/backup-tables.ts'
import { openSealedValues, tablesWithSealedValues } from '#server/node/backup/open-sealed-values.ts'
import { countRows, type ReadRows, type Row, sumCounts } from '#server/node/backup/read-rows.ts'
import type { Snapshot } from '#server/node/backup/snapshot.ts'
import { VerificationError } from '#server/node/backup/verification-error.ts'
import { verifyAuditTrails } from '#server/node/backup/verify-audit-trails.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { requiredCodesBefore, rightsPurpose } from '#server/store/keys/installation.ts'
import { findUnsigned } from '#server/store/rights/find-unsigned.ts'
import { nameOfRow } from '#server/store/rights/record-forgeries.ts'
import { codeMaker } from '#server/store/rights/rights.ts'
import { type Finding, fail, ok, restoreAdvice, warn } from './finding.ts'

/** Number of values per table that are opened without `--full`. */
const sampleSize = 200

type Given = { snapshot: Snapshot; vault: Vault; progress: Progress }

/** Opens all values or a random sample, and keeps none. */
export const checkValues = async ({ snapshot, vault, progress }: Given, full: boolean): Promise<Finding> => {
  const sealed = tablesWithSealedValues(snapshot.tables)
  const total = sumCounts(await countRows(snapshot.db, sealed))
  const of = full ? total : Math.min(total, sampleSize * sealed.length)
  const rows = full ? snapshot.rows : sampledRows(snapshot)
  let done = 0
  try {
    const opened = await openSealedValues({
      vault,
      tables: snapshot.tables,
      rows,
      progress: (more) => {
        done += more
        progress('Opening', done, of)
      },
    })
    const all = opened === total ? 'All' : `${opened} of`
    return ok('values', `${all} ${total} sealed values open.`, opened < total ? 'doctor --full opens all' : undefined)
  } catch (error) {
    if (error instanceof VerificationError) return fail('values', error.message, restoreAdvice)
    throw error
  }
}

const sampledRows =
  ({ db, rows }: Snapshot): ReadRows =>
  (table) =>
    table.columns.includes('sealed') ? sampleRows(db, table) : rows(table)

async function* sampleRows(db: Kysely<Schema>, table: Table): AsyncGenerator<Row[]> {
  const key = sql.join(table.key.map((column) => sql.ref(column)))
  const { rows } = await sql<Record<string, Row[number]>>`
    select * from (select * from ${sql.table(table.name)} order by random() limit ${sampleSize}) as sample
    order by ${key}`.execute(db)
  yield rows.map((row) => table.columns.map((column) => row[column] ?? null))
}

/** Most forged rows that are named. */
const maxNamed = 10

/** Checks the codes of all rows that grant rights, and whether they are required. */
export const checkRights = async ({ snapshot: { db }, vault }: Given): Promise<Finding[]> => {
  const installation = await db.selectFrom('installation').select(['rights_key', 'key_check']).executeTakeFirst()
  if (!installation) return []
  const enforced = (await vault.keyCheckForm(installation.key_check)) === 'signed'
  if (!enforced) {
    if (await requiredCodesBefore(db)) {
      const found = 'It was signed who may do what, but the key check is from before that.'
      const todo = 'Somebody may have put it back: keep this database for looking into, and compare it with a backup.'
      return [fail('rights', found, todo)]
    }
    const found = 'Anyone who can write to the database can give themselves every right: rows are not signed yet.'
    return [warn('rights', found, 'npm run admin -- sign-rights')]
  }
  const { rights_key } = installation
  if (!rights_key) return [fail('rights', 'The key of the codes is missing.', restoreAdvice)]
  const codeOf = await codeMaker(await vault.unwrap(rightsPurpose, rights_key), vault.macOf)
  const { rows, unsigned } = await findUnsigned(db, codeOf)
  if (unsigned.length === 0) return [ok('rights', `All ${rows} rows that grant rights are signed.`)]
  const named = unsigned.slice(0, maxNamed).map(nameOfRow)
  const more = unsigned.length > maxNamed ? `, and ${unsigned.length - maxNamed} more` : ''
  return [
    fail(
      'rights',
      `This product did not write these rows, and refuses them: ${named.join('; ')}${more}.`,
      'Find out who changed the database. Sign what is right: npm run admin -- sign-rights',
    ),
  ]
}

/** Verifies every team's audit trail from the first record to its head. */
export const checkAuditTrails = async ({ snapshot, vault, progress }: Given): Promise<Finding> => {
  const { db, tables, rows } = snapshot
  const { audit = 0 } = await countRows(db, [findTable('audit', tables)])
  const installation = await db.selectFrom('installation').select('audit_key').executeTakeFirst()
  let done = 0
  try {
    const records = await verifyAuditTrails(installation?.audit_key ?? null, {
      vault,
      tables,
      rows,
      progress: (more) => {
        done += more
        progress('Verifying', done, audit)
      },
    })
    return ok('audit trail', `All ${records} records are in order.`)
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error
    const todo = 'Somebody may have changed it: keep this database for looking into, and compare it with a backup.'
    return fail('audit trail', error.message, todo)
  }
}
