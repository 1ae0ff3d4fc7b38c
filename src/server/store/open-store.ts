import { type Kysely, sql } from 'kysely'
import { openSigner } from '#server/audit/checkpoint-signature.ts'
import type { Vault } from '#server/crypto/vault.ts'
import { type Sha256, webSha256 } from '#server/crypto/web-crypto.ts'
import { DatabaseGone } from '#server/store/database-gone.ts'
import { migrate } from '#server/store/db/migrations.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { auditKey, claim } from '#server/store/keys/installation.ts'
import { type ApiKeyStore, apiKeyStore } from '#server/store/people/api-key-store.ts'
import { type CliLoginStore, cliLoginStore } from '#server/store/people/cli-login-store.ts'
import { type InviteStore, inviteStore } from '#server/store/people/invite-store.ts'
import { type MemberStore, memberStore } from '#server/store/people/member-store.ts'
import { type OpenidStore, openidStore } from '#server/store/people/openid-store.ts'
import { type PeopleStore, peopleStore } from '#server/store/people/people-store.ts'
import { accessStore, type ProjectAccessStore } from '#server/store/people/project-access-store.ts'
import { type RecoveryStore, recoveryStore } from '#server/store/people/recovery-store.ts'
import { type SessionStore, sessionStore } from '#server/store/people/session-store.ts'
import { recordReplacedAddresses, type TeamStore, teamStore } from '#server/store/people/team-store.ts'
import { forgeryRecorder } from '#server/store/rights/record-forgeries.ts'
import { openRights } from '#server/store/rights/rights.ts'
import { type EphemeralStore, ephemeralStore } from '#server/store/secrets/ephemeral-store.ts'
import { planner } from '#server/store/secrets/plan-changes.ts'
import { type ScopeStore, scopeStore } from '#server/store/secrets/scope-store.ts'
import { type ScopeTrashStore, scopeTrashStore } from '#server/store/secrets/scope-trash.ts'
import { type SecretStore, secretStore } from '#server/store/secrets/secret-store.ts'
import { placeSweep } from '#server/store/secrets/sweep-places.ts'
import { trashSweep } from '#server/store/secrets/sweep-trash.ts'
import { type TrashStore, trashStore } from '#server/store/secrets/trash-store.ts'
import { type VersionStore, versionStore } from '#server/store/secrets/version-store.ts'
import { secretFinder } from '#server/store/secrets/write-conditions.ts'
import { versionWriter } from '#server/store/secrets/write-version.ts'
import {
  defaultTeamLimits,
  roomIn,
  type TeamLimitStore,
  type TeamLimits,
  teamLimitStore,
} from '#server/store/team-limits.ts'
import { type AppendAudit, auditAppender } from '#server/store/trail/append-audit.ts'
import { type AuditStore, auditStore } from '#server/store/trail/audit-store.ts'
import { type ChangeFeed, type ChangeSource, changeFeed } from '#server/store/trail/change-feed.ts'
import { type EffectiveStore, effectiveStore } from '#server/store/workloads/effective-store.ts'
import { usageRecorder } from '#server/store/workloads/record-uses.ts'
import { type UsageStore, usageStore } from '#server/store/workloads/usage-store.ts'
import { defaultTrashDays } from '#shared/trash.ts'
import { defaultKeptVersions } from '#shared/version.ts'

/** Methods about the installation as a whole. */
type Installation = {
  /**
   * Deletes expired values and logins of all teams, warns of keys that expire soon, and empties the trash of what was in
   * it long enough, with audit records.
   */
  deleteExpired(at: number): Promise<void>
  /** Throws when the database does not answer. */
  ping(): Promise<void>
  close(): Promise<void>
}

/**
 * The only access to the database. Every method except those about the installation takes the team first, and does not
 * find what belongs to another team. Methods throw {@link Failure}. The suites in `contract` specify a store.
 */
export type Store = Pick<ChangeFeed, 'changes'> &
  PeopleStore &
  SessionStore &
  TeamStore &
  TeamLimitStore &
  MemberStore &
  InviteStore &
  OpenidStore &
  ApiKeyStore &
  CliLoginStore &
  ProjectAccessStore &
  RecoveryStore &
  ScopeStore &
  ScopeTrashStore &
  SecretStore &
  VersionStore &
  TrashStore &
  EphemeralStore &
  EffectiveStore &
  UsageStore &
  AuditStore &
  Installation

export type StoreOptions = {
  vault: Vault
  now: () => number
  sha256?: Sha256
  /** How changes of other processes arrive. On PostgreSQL, the default is to poll the trails. */
  changesFrom?: ChangeSource | undefined
  /** Throws when the files of the database are gone. */
  requireFiles?: (() => void) | undefined
  limits?: TeamLimits | undefined
  /** How many versions of a secret are kept, and how many days deleted secrets stay in the trash. */
  keepVersions?: number
  trashDays?: number
}

/**
 * Migrates the database, claims a new one for the vault's master key, and opens the store. Throws {@link
 * WrongMasterKey} when the database belongs to another key.
 */
export const openStore = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  {
    vault,
    now,
    sha256 = webSha256,
    changesFrom,
    requireFiles,
    limits = defaultTeamLimits,
    keepVersions = defaultKeptVersions,
    trashDays = defaultTrashDays,
  }: StoreOptions,
): Promise<Store> => {
  await migrate(db, kind)
  await claim(db, vault, now())
  const signer = await openSigner(vault, await auditKey(db, vault))
  const feed = changeFeed(db, kind, changesFrom)
  const appendAll = auditAppender(db, kind, { sha256, signer, announcer: feed })
  const append: AppendAudit = (trx, teamId, context, event) => appendAll(trx, teamId, [{ context, event }])
  const forgeries = forgeryRecorder(db, { append, now })
  const rights = await openRights(db, kind, vault, { now, report: forgeries.report })
  const ephemeral = ephemeralStore(db, { append, rights })
  const audit = auditStore(db, kind, { appendAll, recordUses: usageRecorder(db, kind), signer, now })
  const logins = cliLoginStore(db, kind, { append, rights })
  const recovery = recoveryStore(db, kind, { append, rights })
  const uses = usageStore(db, kind)
  const plans = planner(db, { sha256, uses: uses.uses })
  const secrets = secretFinder(db)
  const versions = versionWriter(db, { ...secrets, keepVersions })
  const requireRoom = roomIn(limits)
  const parts = { ...secrets, kind, requireRoom, append, plans, versions, trashDays, erase: eraser(db, kind) }
  const sweepTrash = trashSweep(db, { ...parts, appendAll })
  const sweepPlaces = placeSweep(db, parts)
  const keys = apiKeyStore(db, kind, { append, rights, requireRoom })
  await recordReplacedAddresses(db, { append, now })
  return {
    ...peopleStore(db, kind, { append, rights, vault }),
    ...sessionStore(db, kind, { rights }),
    ...teamStore(db, { ...parts, rights, vault }),
    ...teamLimitStore(db, limits),
    ...memberStore(db, kind, { append, rights }),
    ...openidStore(db, kind, { append, rights, requireRoom }),
    ...inviteStore(db, kind, { append, rights, requireRoom }),
    ...keys,
    ...accessStore(db, kind, { append, rights }),
    ...scopeStore(db, { append, plans, rights, requireRoom }),
    ...scopeTrashStore(db, { ...parts, rights }),
    ...secretStore(db, parts),
    ...versionStore(db, parts),
    ...trashStore(db, parts),
    ...effectiveStore(db, rights),
    ...uses,
    ...ephemeral,
    ...logins,
    ...recovery,
    deleteExpired: async (at) => {
      for (const part of [ephemeral, logins]) await part.deleteExpired(at)
      await recovery.deleteExpiredResets(at)
      await keys.warnOfExpiry(at)
      await sweepPlaces(at)
      await sweepTrash(at)
    },
    ...audit,
    changes: feed.changes,
    ping: async () => {
      requireFiles?.()
      await sql`select 1`.execute(db)
    },
    close: async () => {
      try {
        await feed.close()
        await forgeries.settled()
        await audit.signAudit()
      } catch (error) {
        // Nothing can be signed where nothing is stored.
        if (!(error instanceof DatabaseGone)) throw error
      } finally {
        await db.destroy()
      }
    },
  }
}

/**
 * Returns a function that removes deleted data from the files of the database. SQLite overwrites it in the main file
 * (`secure_delete`), but its write-ahead log still has the old pages. This empties the log, unless a reader such as a
 * backup uses it: it does not wait for readers. PostgreSQL removes deleted data from its files with its own vacuum.
 */
export const eraser = (db: Kysely<Schema>, kind: DatabaseKind) => async (): Promise<void> => {
  if (kind !== 'sqlite') return
  await db.connection().execute(async (connection) => {
    const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(connection)
    await sql`pragma busy_timeout = 0`.execute(connection)
    await sql`pragma wal_checkpoint(truncate)`.execute(connection)
    await sql`pragma busy_timeout = ${sql.raw(`${rows[0]?.timeout ?? 0}`)}`.execute(connection)
  })
}
