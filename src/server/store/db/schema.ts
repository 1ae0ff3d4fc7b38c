import type { ColumnType } from 'kysely'
import type { ProjectAccess } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'
import type { ClusterType, ScopeKind } from '#shared/scope.ts'

/** Which of the two kinds of SQL a database speaks, where they differ. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** Milliseconds since 1970 UTC. */
type Time = number

/** What is known of a version beside its value. */
type VersionNotes = {
  /** See `Vault.fingerprint`: by the data key that the value is sealed with. */
  fingerprint: string | null
  restored_from: number | null
  /** The version that the two above are about. When it is not the row's own, they are of one that stood there before. */
  about_version: number | null
}

/** The tables as Kysely sees them. `migrations.ts` makes them. */
export type Schema = {
  installation: {
    id: 1
    /** Proves that a master key is the right one; see `Vault.keyCheck`. */
    key_check: Uint8Array
    created_at: Time
    /** When the first account was made; until then set-up is open. */
    set_up_at: Time | null
    /** The key that checkpoints of the audit trail are signed with, sealed under the master key. */
    audit_key: Uint8Array | null
    /** What sessions and second factors are kept with, sealed under the master key. */
    session_secret: Uint8Array | null
    /** The public name of the master key, and since when it is in use. */
    master_key_id: string | null
    master_key_at: Time | null
  }
  /** Which release brought the database to its form, and the oldest that may run on it. */
  schema_release: { id: number; release: number; oldest: number }
  team: { id: string; namespace: string; name: string; created_at: Time }
  member: { team_id: string; user_id: string; role: Role; created_at: Time }
  data_key: { id: string; team_id: string; algorithm: string; wrapped: Uint8Array; created_at: Time }
  /** A team, cluster or project as a place for secrets. The team's own has the team's id. */
  scope: {
    team_id: string
    id: string
    kind: ScopeKind
    name: string
    /** The name without regard to case, for searching. */
    name_key: string
    type: ClusterType | null
    created_at: Time
    modified_at: Time
    /** Counts every change to what a list of its secrets shows, and never goes back. */
    revision: number
    secrets: number
    /** Who may see a project: every member, or its collaborators. */
    access: ColumnType<ProjectAccess['access'], ProjectAccess['access'] | undefined, ProjectAccess['access']>
  }
  collaborator: { team_id: string; scope_id: string; user_id: string }
  api_key: {
    id: string
    team_id: string
    user_id: string
    name: string
    name_key: string
    /** SHA-256 of the key, in hex. The key itself is nowhere. */
    digest: string
    masked: string
    /** One or more of `manage` and `run`, with a blank between. */
    access: string
    project_id: string | null
    cluster_id: string | null
    /** The key that made this one: it is revoked with it. */
    made_by: string | null
    created_at: Time
    expires_at: Time | null
    revoked_at: Time | null
    last_used_at: Time | null
    last_used_from: string | null
  }
  invite: {
    id: string
    team_id: string
    role: Role
    /** SHA-256 of the token, in hex. */
    digest: string
    invited_by: string
    created_at: Time
    expires_at: Time
  }
  /** The audit trail: `line` is the record, the other columns are for finding it. */
  audit: {
    team_id: string
    seq: number
    at: Time
    person: string | null
    action: string
    name_key: string | null
    line: string
  }
  /** The last record of each team's trail. Its row also makes writers of one team wait for each other. */
  audit_head: { team_id: string; seq: number; hash: string }
  audit_checkpoint: { team_id: string; seq: number; line: string }
  secret: {
    team_id: string
    scope_id: string
    name: string
    /** The name without regard to case; unique within a scope. */
    name_key: string
    version: number
    /** The scope's revision when this was set; unlike the version, never the same again after a delete. */
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
  /** What was deleted and can be restored. One name can be here several times; `id` is of the deletion. */
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
  /** The last time that a secret was got with one key on one pair. */
  secret_use: {
    team_id: string
    scope_id: string
    name: string
    api_key_id: string
    /** Empty for none. */
    project_id: string
    /** Empty for none. */
    cluster_id: string
    /** Kept here for when the key is gone. */
    api_key_name: string
    /** Whose key it was. */
    user_id: string
    version: number
    used_at: Time
  }
  /** Sealed values that are in no scope and gone by themselves. */
  ephemeral_secret: {
    team_id: string
    id: string
    algorithm: string
    key_id: string
    sealed: Uint8Array
    created_at: Time
    created_by: string
    expires_at: Time
  }
  /** Command lines that wait for somebody to allow them a key. The key itself is made when it is taken. */
  cli_login: {
    code: string
    /** SHA-256, in hex, of what only that command line knows. */
    challenge: string
    device: string
    /** A network address. */
    asked_from: string
    state: 'waiting' | 'allowed' | 'denied'
    /** Who allowed it, in which team, and as JSON what the key is to be. */
    team_id: string | null
    user_id: string | null
    wanted: string | null
    expires_at: Time
  }
  /** Counts what went wrong lately, by account and by address, to slow down guessing. */
  attempt: { key: string; failures: number; blocked_until: Time; last_at: Time }
  /** The codes of a person's authenticator app that were tried lately: none is taken twice. */
  used_code: { user_id: string; code: string; at: Time }
  /** The tables below are better-auth's, by its names and types. */
  user: {
    id: string
    name: string
    email: string
    emailVerified: number | boolean
    image: string | null
    createdAt: string | Date
    updatedAt: string | Date
  }
  session: { id: string; userId: string }
  account: {
    id: string
    accountId: string
    providerId: string
    userId: string
    password: string | null
    createdAt: string | Date
    updatedAt: string | Date
  }
}
