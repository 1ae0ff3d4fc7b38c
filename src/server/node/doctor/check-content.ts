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
import { type Finding, fail, ok, restoreAdvice } from './finding.ts'

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
