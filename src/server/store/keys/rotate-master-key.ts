import type { Kysely } from 'kysely'
import { signingKeyPurpose } from '#server/audit/checkpoint-signature.ts'
import type { MasterSeal } from '#server/crypto/master-seal.ts'
import type { Schema } from '#server/store/db/schema.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import { lockInstallation, rightsPurpose, sessionPurpose } from './installation.ts'

/** `already` when the installation has the new master key. */
type MasterKeyRotation = { outcome: 'done' | 'already'; dataKeys: number }

/**
 * Replaces the master key in one transaction: wraps every wrapped key with the new one, replaces the key check, and
 * records it in every team's trail. Values do not change. Throws {@link OtherMasterKey} when the installation has
 * neither of the two keys.
 */
export const rotateMasterKey = async (
  db: Kysely<Schema>,
  { from, to, append, at }: { from: MasterSeal; to: MasterSeal; append: AppendAudit; at: number },
): Promise<MasterKeyRotation> =>
  db.transaction().execute(async (trx) => {
    const { key_check, audit_key, session_secret, rights_key } = await lockInstallation(trx)
    if (await to.passesKeyCheck(key_check)) return { outcome: 'already', dataKeys: 0 }
    const form = await from.keyCheckForm(key_check)
    if (form === undefined) throw new OtherMasterKey()

    const rewrap = async (purpose: string, wrapped: Uint8Array | null) =>
      wrapped && to.wrapOwn(purpose, await from.unwrapOwn(purpose, wrapped))
    await trx
      .updateTable('installation')
      .set({
        key_check: await to.keyCheck(form),
        audit_key: await rewrap(signingKeyPurpose, audit_key),
        session_secret: await rewrap(sessionPurpose, session_secret),
        rights_key: await rewrap(rightsPurpose, rights_key),
        master_key_id: to.id,
        master_key_at: at,
      })
      .execute()
    const dataKeys = await trx.selectFrom('data_key').select(['id', 'team_id', 'wrapped']).orderBy('id').execute()
    for (const { id, team_id, wrapped } of dataKeys) {
      const raw = await from.unwrapDataKey({ teamId: team_id, id, wrapped })
      const rewrapped = await to.wrapDataKey(team_id, id, raw)
      raw.fill(0)
      await trx.updateTable('data_key').set({ wrapped: rewrapped }).where('id', '=', id).execute()
    }
    const teams = await trx.selectFrom('team').select('id').orderBy('id').execute()
    for (const { id } of teams) {
      await append(trx, id, { by: null, at }, { action: 'team.rotate', detail: `master key ${from.id} → ${to.id}` })
    }
    return { outcome: 'done', dataKeys: dataKeys.length }
  })

/** Thrown when another rotation replaced the master key meanwhile. */
export class OtherMasterKey extends Error {
  override readonly name = 'OtherMasterKey'
  constructor() {
    super('The master key was replaced by another rotation in the meantime. Nothing was written.')
  }
}
