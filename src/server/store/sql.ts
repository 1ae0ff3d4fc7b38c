import { type Kysely, sql } from 'kysely'
import { defaultTrashDays } from '#shared/trash.ts'
import { defaultKeptVersions } from '#shared/version.ts'
import { openSigner } from '../audit/signer.ts'
import { type Sha256, webSha256 } from '../digest.ts'
import type { Store } from '../store.ts'
import type { Vault } from '../vault.ts'
import { accessStore } from './access.ts'
import { apiKeyStore } from './api-keys.ts'
import { auditStore } from './audit.ts'
import { type AppendAudit, auditAppender } from './audit-append.ts'
import { type ChangeSource, changeFeed } from './changes.ts'
import { cliLoginStore } from './cli-logins.ts'
import { effectiveStore } from './effective.ts'
import { ephemeralStore } from './ephemeral.ts'
import { eraser } from './erase.ts'
import { auditKey, claim } from './installation.ts'
import { inviteStore } from './invites.ts'
import { versionMaker } from './make-version.ts'
import { memberStore } from './members.ts'
import { migrate } from './migrations.ts'
import { useNoter } from './note-uses.ts'
import { peopleStore } from './people.ts'
import { planner } from './plans.ts'
import type { DatabaseKind, Schema } from './schema.ts'
import { scopeSecrets } from './scope-secrets.ts'
import { scopeStore } from './scopes.ts'
import { secretStore } from './secrets.ts'
import { trashSweep } from './sweep-trash.ts'
import { trashStore } from './trash.ts'
import { useStore } from './uses.ts'
import { versionStore } from './versions.ts'

export type StoreOptions = {
  vault: Vault
  now: () => number
  sha256?: Sha256
  /** How changes come from other processes; without it, on PostgreSQL, by looking at the trails. */
  changesFrom?: ChangeSource | undefined
  /** How many versions of a secret are kept, and for how many days what was deleted. */
  keepVersions?: number
  trashDays?: number
}

/**
 * Brings the database to the current form, claims it for the vault's master key if it is new, and opens the store on it.
 * Throws {@link WrongMasterKey} when it belongs to another.
 */
export const openStore = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  {
    vault,
    now,
    sha256 = webSha256,
    changesFrom,
    keepVersions = defaultKeptVersions,
    trashDays = defaultTrashDays,
  }: StoreOptions,
): Promise<Store> => {
  await migrate(db, kind)
  await claim(db, vault, now())
  const signer = await openSigner(vault, await auditKey(db, vault))
  const feed = changeFeed(db, kind, changesFrom)
  const appendAll = auditAppender(db, kind, { sha256, signer, announcer: feed })
  const append: AppendAudit = (trx, teamId, stamp, happened) => appendAll(trx, teamId, [{ stamp, happened }])
  const audit = auditStore(db, { appendAll, noteUses: useNoter(db, kind), signer, now })
  const ephemeral = ephemeralStore(db, append)
  const logins = cliLoginStore(db, kind, append)
  const uses = useStore(db)
  const plans = planner(db, { sha256, uses: uses.uses })
  const secrets = scopeSecrets(db)
  const versions = versionMaker(db, { ...secrets, keepVersions })
  const parts = { ...secrets, kind, append, plans, versions, trashDays, erase: eraser(db, kind) }
  const sweepTrash = trashSweep(db, { ...parts, appendAll })
  return {
    ...peopleStore(db, kind, append, vault),
    ...memberStore(db, kind, append),
    ...inviteStore(db, kind, append),
    ...apiKeyStore(db, kind, append),
    ...accessStore(db, kind, append),
    ...scopeStore(db, append, plans),
    ...secretStore(db, parts),
    ...versionStore(db, parts),
    ...trashStore(db, parts),
    ...effectiveStore(db),
    ...uses,
    ...ephemeral,
    ...logins,
    deleteExpired: async (at) => {
      for (const part of [ephemeral, logins]) await part.deleteExpired(at)
      await sweepTrash(at)
    },
    ...audit,
    changes: feed.changes,
    ping: async () => {
      await sql`select 1`.execute(db)
    },
    close: async () => {
      try {
        await feed.close()
        await audit.signAudit()
      } finally {
        await db.destroy()
      }
    },
  }
}
