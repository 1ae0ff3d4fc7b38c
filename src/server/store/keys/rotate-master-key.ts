import type { Kysely } from 'kysely'
import { signingKeyPurpose } from '#server/audit/checkpoint-signature.ts'
import type { MasterSeal } from '#server/crypto/master-seal.ts'
import type { Schema } from '#server/store/db/schema.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import { lockInstallation, sessionPurpose } from './installation.ts'

/** `already` when the installation's master key is the new one by now. */
export type MasterKeyRotation = { outcome: 'done' | 'already'; dataKeys: number }

/**
 * Puts a new master key in the place of the one before: everything that is wrapped is wrapped anew, the key check is of
 * the new one, and every team's trail says so, all in one transaction. Values stay as they are. Throws
 * {@link OtherMasterKey} when the installation's key is neither of the two.
 */
export const rotateMasterKey = async (
  db: Kysely<Schema>,
  { from, to, append, at }: { from: MasterSeal; to: MasterSeal; append: AppendAudit; at: number },
): Promise<MasterKeyRotation> =>
  db.transaction().execute(async (trx) => {
    const { key_check, audit_key, session_secret } = await lockInstallation(trx)
    if (await to.passesKeyCheck(key_check)) return { outcome: 'already', dataKeys: 0 }
    if (!(await from.passesKeyCheck(key_check))) throw new OtherMasterKey()

    const again = async (purpose: string, wrapped: Uint8Array | null) =>
      wrapped && to.wrapOwn(purpose, await from.unwrapOwn(purpose, wrapped))
    await trx
      .updateTable('installation')
      .set({
        key_check: await to.keyCheck(),
        audit_key: await again(signingKeyPurpose, audit_key),
        session_secret: await again(sessionPurpose, session_secret),
        master_key_id: to.id,
        master_key_at: at,
      })
      .execute()
    const dataKeys = await trx.selectFrom('data_key').select(['id', 'team_id', 'wrapped']).orderBy('id').execute()
    for (const { id, team_id, wrapped } of dataKeys) {
      const raw = await from.unwrapDataKey({ teamId: team_id, id, wrapped })
      const anew = await to.wrapDataKey(team_id, id, raw)
      raw.fill(0)
      await trx.updateTable('data_key').set({ wrapped: anew }).where('id', '=', id).execute()
    }
    const teams = await trx.selectFrom('team').select('id').orderBy('id').execute()
    for (const { id } of teams) {
      await append(trx, id, { by: null, at }, { action: 'team.rotate', detail: `master key ${from.id} → ${to.id}` })
    }
    return { outcome: 'done', dataKeys: dataKeys.length }
  })

/** The installation's master key has become another one than the rotation began with. */
export class OtherMasterKey extends Error {
  override readonly name = 'OtherMasterKey'
  constructor() {
    super('The master key was replaced by another rotation in the meantime. Nothing was written.')
  }
}
