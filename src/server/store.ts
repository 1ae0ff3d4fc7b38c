import type { Page, PageQuery } from '#shared/page.ts'
import type { Cluster, ClusterType, Project, Scope, ScopeKind } from '#shared/scope.ts'
import type { Overlap, Secret } from '#shared/secret.ts'
import type { Team } from '#shared/session.ts'

/** A team's key for its secrets' values, wrapped by the master key. */
export type WrappedDataKey = { id: string; teamId: string; algorithm: string; wrapped: Uint8Array }

/** A value as it rests in the store: it opens with the data key `keyId`, at its own place and version only. */
export type Sealed = { algorithm: string; keyId: string; bytes: Uint8Array }

/** Who did it and when, for every write. `by` is the member; `at` is in milliseconds since 1970. */
export type Stamp = { by: { id: string; name: string }; at: number }

/** The first account, with its team; everything that set-up makes. */
export type FirstTeam = {
  user: { id: string; name: string; email: string; passwordHash: string }
  team: { id: string; name: string; namespace: string }
  dataKey: WrappedDataKey
  at: number
}

/** What is stored about a project or a cluster. `type` belongs to clusters. */
export type NewScope = { kind: 'project' | 'cluster'; id: string; name: string; type?: ClusterType }

/** What has to be true of the stored secret for a write to happen. */
export type WriteCondition = {
  /** `absent` refuses to replace, `present` refuses to create; both throw, `any` does what is needed. */
  expect: 'absent' | 'present' | 'any'
  /** The ETags of `If-Match`: throws `PRECONDITION_FAILED` unless the secret has one of them. `*` is any secret. */
  ifMatch?: readonly string[]
  /** `If-None-Match: *`: throws `PRECONDITION_FAILED` when there is a secret of this name. */
  ifNoneMatch?: boolean
}

export type SecretWrite = WriteCondition &
  Stamp & {
    name: string
    /** Seals the value for the version that this write turns out to make, with the team's newest key. Called once at most. */
    seal: (version: number, key: WrappedDataKey) => Promise<Sealed>
  }

export type SecretQuery = PageQuery & { overlaps?: boolean }

/**
 * The port to the database. Every call but the few about the installation names the team first; what belongs to
 * another team is not found. Calls throw {@link Failure}. The suite in `store/contract.ts` says what a store has to do.
 */
export type Store = {
  /** Whether the first account exists. */
  isSetUp(): Promise<boolean>
  /** Makes the first account and its team in one step; `CONFLICT` when there is one. */
  setUp(first: FirstTeam): Promise<void>
  /** The teams that a person belongs to, by name. */
  memberships(userId: string): Promise<Team[]>
  /** The newest key of a team, which new values are sealed with. */
  dataKey(teamId: string): Promise<WrappedDataKey>

  listProjects(teamId: string, query: PageQuery): Promise<Page<Project>>
  listClusters(teamId: string, query: PageQuery): Promise<Page<Cluster>>
  createScope(teamId: string, scope: NewScope, at: number): Promise<void>
  project(teamId: string, id: string): Promise<Project>
  cluster(teamId: string, id: string): Promise<Cluster>
  changeScope(
    teamId: string,
    scope: Scope,
    change: { name?: string | undefined; type?: ClusterType | undefined },
    at: number,
  ): Promise<void>
  /** Deletes a project or cluster with its secrets. */
  deleteScope(teamId: string, scope: Scope): Promise<void>

  /** A number that grows with every change to what a list of the scope's secrets shows. */
  revision(teamId: string, scope: Scope): Promise<number>
  listSecrets(teamId: string, scope: Scope, query: SecretQuery): Promise<Page<Secret>>
  secret(teamId: string, scope: Scope, name: string): Promise<Secret>
  /** Where else in the team a name of this scope is set. */
  overlaps(teamId: string, scope: Scope, name: string): Promise<Overlap[]>
  /** Stores a value under a name. `CONFLICT`, `NOT_FOUND` and `PRECONDITION_FAILED` as the condition says. */
  writeSecret(teamId: string, scope: Scope, write: SecretWrite): Promise<{ secret: Secret; created: boolean }>
  deleteSecret(teamId: string, scope: Scope, name: string, when: Pick<WriteCondition, 'ifMatch'>): Promise<void>
  /** The sealed value of the current version, for a workload. */
  sealedSecret(teamId: string, scope: Scope, name: string): Promise<{ version: number; sealed: Sealed }>

  /** What is remembered of failed attempts under a key, such as an account or an address. */
  attempts(key: string): Promise<Attempts | undefined>
  /** Counts one more failure in one step, starting over when the last is older than `forgetAfter` milliseconds. */
  countFailure(
    key: string,
    failure: { at: number; forgetAfter: number; wait: (failures: number) => number },
  ): Promise<Attempts>
  /** Uncounts one failure, that was counted before its success was known, and the wait that came of it. */
  takeBackFailure(key: string): Promise<void>
  forgetFailures(key: string): Promise<void>

  /** Answers when the database does; throws otherwise. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** `blockedUntil` is in milliseconds since 1970. */
export type Attempts = { failures: number; blockedUntil: number }

/** The kinds of scopes that people make and delete; the team's own comes and goes with the team. */
export type MadeScopeKind = Exclude<ScopeKind, 'team'>
