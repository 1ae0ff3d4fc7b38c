import type { Role } from '#shared/role.ts'
import type { ClusterType, ScopeKind } from '#shared/scope.ts'

/** Which of the two kinds of SQL a database speaks, where they differ. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** Milliseconds since 1970 UTC. */
type Time = number

/** The tables as Kysely sees them. `migrations.ts` makes them. */
export type Schema = {
  installation: {
    id: 1
    /** Proves that a master key is the right one; see `Vault.keyCheck`. */
    key_check: Uint8Array
    created_at: Time
    /** When the first account was made; until then set-up is open. */
    set_up_at: Time | null
  }
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
  }
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
  }
  /** Counts what went wrong lately, by account and by address, to slow down guessing. */
  attempt: { key: string; failures: number; blocked_until: Time; last_at: Time }
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
