import type { Kysely } from 'kysely'
import { openSigner } from '#server/audit/checkpoint-signature.ts'
import type { Vault } from '#server/crypto/vault.ts'
import type { Config } from '#server/node/config.ts'
import { openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { type MasterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { auditKey } from '#server/store/keys/installation.ts'
import { openStore } from '#server/store/open-store.ts'
import { type AppendAudit, auditAppender } from '#server/store/trail/append-audit.ts'
import { changeFeed } from '#server/store/trail/change-feed.ts'
import { AdminError } from './admin-command.ts'

/** An open installation, for commands that work on the database while servers run. */
export type OpenInstallation = { db: Kysely<Schema>; kind: DatabaseKind; vault: Vault; append: AppendAudit }

/**
 * Returns the key check of the database that the settings name. Throws {@link AdminError} when there is no database.
 */
export const requireKeyCheck = async ({ database }: Config): Promise<Uint8Array> => {
  const known = await peekKeyCheck(database)
  if (known) return known
  throw new AdminError('There is no database here. Set DATA_DIR or DATABASE_URL as the server has them.')
}

/** Opens the installation, migrated to the current schema, while `work` runs. */
export const withInstallation = async <Done>(
  config: Config,
  source: MasterKeySource,
  work: (installation: OpenInstallation) => Promise<Done>,
): Promise<Done> => {
  const vault = await openVault(source, await requireKeyCheck(config))
  const { db, kind, changesFrom } = openDatabase(config.database)
  const now = () => Date.now()
  try {
    const store = await openStore(db, kind, { vault, now, sha256: nodeSha256 })
    const signer = await openSigner(vault, await auditKey(db, vault))
    const appendAll = auditAppender(db, kind, {
      sha256: nodeSha256,
      signer,
      announcer: changeFeed(db, kind, changesFrom),
    })
    const done = await work({
      db,
      kind,
      vault,
      append: (trx, teamId, context, event) => appendAll(trx, teamId, [{ context: context, event: event }]),
    })
    await store.signAudit()
    return done
  } finally {
    await db.destroy()
  }
}
