import type { ColumnType } from 'kysely'
import type { ProjectAccess } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'
import type { ClusterType, ScopeKind } from '#shared/scope.ts'

/** The kind of database, where statements differ. */
export type DatabaseKind = 'sqlite' | 'postgres'

declare const made: unique symbol
/**
 * The code of a row that grants rights or proves who somebody is. Only `Rights` makes one, so that a row without it does
 * not compile: `insertInto('member').values(await rights.signed('member', { … }))`.
 */
export type Mac = string & { readonly [made]: true }

/** Null in rows of releases without codes. */
type MacColumn = { mac: ColumnType<string | null, Mac, Mac> }

/** Milliseconds since 1970 UTC. */
type Time = number

/** A column that is null unless an insert gives it. */
type Unset<Type> = ColumnType<Type | null, Type | null | undefined, Type | null>

/** When a place went to the trash, and who deleted it. Null for one that exists. */
type Deletion = { deleted_at: Unset<Time>; deleted_by: Unset<string> }

/** What a team asks of its people. Null is the default of the server. */
type TeamSettingColumns = {
  second_factor: Unset<'required'>
  session_idle_minutes: Unset<number>
  session_max_minutes: Unset<number>
}

/** Metadata of a version. */
type VersionNotes = {
  /** See `Vault.fingerprint`: keyed by the data key that seals the value. */
  fingerprint: string | null
  restored_from: number | null
  /** The version that the two columns above describe. When it differs from the row's version, they are stale. */
  about_version: number | null
}

/** The tables as Kysely sees them. `migrations.ts` creates them. */
export type Schema = {
  installation: {
    id: 1
    /** Verifies that a master key is the right one; see `Vault.keyCheck`. */
    key_check: Uint8Array
    created_at: Time
    /** When the first account was created. Set-up is open until then. */
    set_up_at: Time | null
    /** The key that signs checkpoints of the audit trail, sealed under the master key. */
    audit_key: Uint8Array | null
    /** The secret that protects sessions and second factors, sealed under the master key. */
    session_secret: Uint8Array | null
    /** The public id of the master key, and when it came into use. */
    master_key_id: string | null
    master_key_at: Time | null
    /** The key of the codes of {@link Mac}, sealed under the master key. */
    rights_key: Uint8Array | null
  }
  /** The release that migrated the database, and the oldest release that may run on it. */
  schema_release: { id: number; release: number; oldest: number }
  team: { id: string; namespace: string; name: string; created_at: Time } & TeamSettingColumns & Deletion & MacColumn
  /** Addresses that teams had before. They still lead to their teams, and are never given to another one. */
  former_namespace: {
    namespace: string
    team_id: string
    replaced_at: Time
    /** When the trail was told. Null for an address that a migration replaced, until the next start. */
    noted_at: Time | null
  }
  member: { team_id: string; user_id: string; role: Role; created_at: Time } & MacColumn
  data_key: { id: string; team_id: string; algorithm: string; wrapped: Uint8Array; created_at: Time }
  /** A team, cluster or project that has secrets. A team's scope has the id of the team. */
  scope: {
    team_id: string
    id: string
    kind: ScopeKind
    name: string
    /** The name as {@link nameKey} folds it, for searches. */
    name_key: string
    type: ClusterType | null
    created_at: Time
    modified_at: Time
    /** Increases with every change to the list of its secrets, and never decreases. */
    revision: number
    secrets: number
    /** Who may see a project: all members, or its collaborators. */
    access: ProjectAccess['access']
  } & Deletion &
    MacColumn
  collaborator: { team_id: string; scope_id: string; user_id: string } & MacColumn
  api_key: {
    id: string
    team_id: string
    /** The person whose key it is; null for a key of the team. */
    user_id: string | null
    name: string
    name_key: string
    /** SHA-256 of the key, in hex. The key itself is not stored. */
    digest: string
    masked: string
    /** One or both of `manage` and `run`, separated by a space. */
    access: string
    project_id: string | null
    cluster_id: string | null
    /** The key that created this one. Revoking that key revokes this one. */
    made_by: string | null
    created_at: Time
    expires_at: Time | null
    revoked_at: Time | null
    last_used_at: Time | null
    last_used_from: string | null
    /** The addresses and ranges that it is accepted from, separated by spaces; null for everywhere. */
    addresses: string | null
    /** The number of days of the last warning before it expires. */
    warned_days: number | null
    /** The key that a renewal made in its place. */
    renewed_as: string | null
  } & MacColumn
  invite: {
    id: string
    team_id: string
    role: Role
    /** SHA-256 of the token, in hex. */
    digest: string
    invited_by: string
    created_at: Time
    expires_at: Time
  } & MacColumn
  /** The audit trail. `line` is the record; the other columns are for searches. */
  audit: {
    team_id: string
    seq: number
    at: Time
    person: string | null
    action: string
    name_key: string | null
    line: string
  }
  /** The last record of each team's trail. A lock on its row serializes the writers of one team. */
  audit_head: { team_id: string; seq: number; hash: string }
  audit_checkpoint: { team_id: string; seq: number; line: string }
  secret: {
    team_id: string
    scope_id: string
    name: string
    /** The name as {@link nameKey} folds it. Unique within a scope. */
    name_key: string
    version: number
    /** The scope's revision when this was set. Unlike the version, it does not repeat after a delete. */
    revision: number
    created_at: Time
    modified_at: Time
    modified_by: string
  }
  secret_version: {
    team_id: string
    scope_id: string
    name: string
    version: number
    algorithm: string
    key_id: string
    sealed: Uint8Array
    created_at: Time
    created_by: string
  } & VersionNotes
  /** Deleted secrets that can be restored. A name can occur several times; `id` identifies the deletion. */
  trash: {
    team_id: string
    id: string
    scope_id: string
    name: string
    name_key: string
    version: number
    created_at: Time
    modified_at: Time
    modified_by: string
    deleted_at: Time
    deleted_by: string
  }
  trash_version: {
    team_id: string
    trash_id: string
    version: number
    algorithm: string
    key_id: string
    sealed: Uint8Array
    created_at: Time
    created_by: string
  } & VersionNotes
  trash_use: {
    team_id: string
    trash_id: string
    api_key_id: string
    project_id: string
    cluster_id: string
    api_key_name: string
    user_id: string
    version: number
    used_at: Time
  }
  /** The last use of a secret with one key on one project and cluster. */
  secret_use: {
    team_id: string
    scope_id: string
    name: string
    api_key_id: string
    /** Empty without one. */
    project_id: string
    /** Empty without one. */
    cluster_id: string
    /** A copy, for when the key is deleted. */
    api_key_name: string
    /** The owner of the key. */
    user_id: string
    version: number
    used_at: Time
  }
  /** Sealed values that belong to no scope and expire. */
  ephemeral_secret: {
    team_id: string
    id: string
    algorithm: string
    key_id: string
    sealed: Uint8Array
    created_at: Time
    created_by: string
    expires_at: Time
    /** The limits of the key that made it: only workloads there get the value. */
    project_id: string | null
    cluster_id: string | null
  } & MacColumn
  /** Command lines that wait for a member to allow them a key. The key is created when the command line fetches it. */
  cli_login: {
    code: string
    /** SHA-256, in hex, of a secret that only that command line has. */
    challenge: string
    device: string
    /** A network address. */
    asked_from: string
    state: 'waiting' | 'allowed' | 'denied'
    /** Who allowed it, in which team, and the settings of the key as JSON. */
    team_id: string | null
    user_id: string | null
    wanted: string | null
    expires_at: Time
  } & MacColumn
  /** Links that replace a forgotten password, at most one of each person. */
  password_reset: {
    user_id: string
    /** SHA-256 of the token, in hex. */
    digest: string
    /** Who made the link; null for the server's operator. */
    made_by: string | null
    created_at: Time
    expires_at: Time
  } & MacColumn
  /** Counts recent failures by account and by address, to slow down guessing. */
  attempt: { key: string; failures: number; blocked_until: Time; last_at: Time }
  /** Codes of authenticator apps that were used recently: each is accepted once. */
  used_code: { user_id: string; code: string; at: Time }
  /** The tables below belong to better-auth and have its names and types. */
  user: {
    id: string
    name: string
    email: string
    emailVerified: number | boolean
    image: string | null
    createdAt: StoredDate
    updatedAt: StoredDate
    twoFactorEnabled: number | boolean | null
  } & MacColumn
  session: {
    id: string
    token: string
    userId: string
    createdAt: StoredDate
    updatedAt: StoredDate
    expiresAt: StoredDate
    ipAddress: string | null
    userAgent: string | null
    confirmedAt: StoredDate | null
    /**
     * Whether a passkey started it or was added in it, or the identity provider says that a second factor was used. Null
     * for a password, whose second factor is stated by `user.twoFactorEnabled`.
     */
    secondFactor: number | boolean | null
    /** SHA-256, in hex, of the proof that requests send with the cookie. Null until it was handed out. */
    proof: string | null
    /** SHA-256, in hex, of the ticket that is traded for the proof once, and until when. */
    ticket: string | null
    ticketUntil: Time | null
    /** When it was last used, to within a minute, and the longest time without use before. */
    usedAt: Time | null
    longestPause: number | null
  } & MacColumn
  account: {
    id: string
    accountId: string
    providerId: string
    userId: string
    password: string | null
    createdAt: StoredDate
    updatedAt: StoredDate
  } & MacColumn
  verification: {
    id: string
    identifier: string
    value: string
    expiresAt: StoredDate
    createdAt: StoredDate
    updatedAt: StoredDate
  } & MacColumn
  passkey: {
    id: string
    name: string | null
    publicKey: string
    userId: string
    credentialID: string
    counter: number
    deviceType: string
    backedUp: number | boolean
    transports: string | null
    createdAt: StoredDate | null
    aaguid: string | null
  } & MacColumn
  twoFactor: {
    id: string
    userId: string
    secret: string
    backupCodes: string
    verified: number | boolean | null
    failedVerificationCount: number | null
    lockedUntil: StoredDate | null
  } & MacColumn
}

/** A date of better-auth: an ISO text on SQLite. */
export type StoredDate = string | Date
