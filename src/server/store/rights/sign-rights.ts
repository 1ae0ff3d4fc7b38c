import { type Kysely, sql } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { lockInstallation, refuseReleasesWithoutCodes } from '#server/store/keys/installation.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import { byOperator } from '#shared/audit/audit-record.ts'
import { findUnsigned } from './find-unsigned.ts'
import type { Rights } from './rights.ts'
import { signedTables } from './signed-tables.ts'

/**
 * Signs every row whose code is missing or wrong, and has all servers refuse such rows from then on. The caller has shown
 * the rows to somebody who knows whether they are right. Resolves with the number of rows that were signed.
 */
export const signRights = (
  db: Kysely<Schema>,
  { vault, rights, append, at }: { vault: Vault; rights: Rights; append: AppendAudit; at: number },
): Promise<number> =>
  db.transaction().execute(async (trx) => {
    const { key_check } = await lockInstallation(trx)
    const { unsigned } = await findUnsigned(trx, rights.code)
    for (const { table, row } of unsigned) {
      const own = signedTables[table].key.map((column) => sql`${sql.ref(column)} = ${row[column]}`)
      await sql`
        update ${sql.table(table)} set mac = ${await rights.code(table, row)} where ${sql.join(own, sql` and `)}
      `.execute(trx)
    }
    const isStart = (await vault.keyCheckForm(key_check)) !== 'signed'
    if (isStart) {
      await trx
        .updateTable('installation')
        .set({ key_check: await vault.keyCheck('signed') })
        .execute()
      await refuseReleasesWithoutCodes(trx)
    }
    if (isStart || unsigned.length > 0) {
      const detail = `${unsigned.length} rows of the installation, ${byOperator}`
      const teams = await trx.selectFrom('team').select('id').orderBy('id').execute()
      for (const { id } of teams) await append(trx, id, { by: null, at }, { action: 'rights.sign', detail })
    }
    return unsigned.length
  })
