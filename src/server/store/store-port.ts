import type { AuditAction, AuditQuery, AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { ApiKey } from '#shared/people/api-key.ts'
import type { Invitation, Invite, Member, ProjectAccess } from '#shared/people/member.ts'
import type { KeyAccess, Role } from '#shared/people/role.ts'
import type { Team, User } from '#shared/people/session.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Cluster, ClusterType, Project, Scope, ScopeKind } from '#shared/scope.ts'
import type { EffectiveWorld, Holder, Pair } from '#shared/workload/workload.ts'
import type { HistoryStore } from './store-port-history.ts'
import type { DecidedBy, PlanView, SecretStore } from './store-port-secrets.ts'

/** A team's key for its secrets' values, wrapped by the master key. */
export type WrappedDataKey = {
  id: string
  teamId: string
  algorithm: string
  wrapped: Uint8Array
  /** The public name of the master key that a new one is wrapped with. */
  masterKeyId?: string
}

/** A value as it rests in the store: it opens with the data key `keyId`, at its own place and version only. */
export type Sealed = { algorithm: string; keyId: string; bytes: Uint8Array }

/** Who did it, when and from where, for every write. It goes into the audit trail together with the change. */
export type Stamp<Who = Named> = {
  /** The member. */
  by: Who
  /** The API key that their request came with. */
  key?: Named | undefined
  /** In milliseconds since 1970. */
  at: number
  /** A network address. */
  from?: string | undefined
  requestId?: string | undefined
}

type Named = { id: string; name: string }

/** What a change says of itself for the record; who, when and from where is in its stamp. */
export type Happened = {
  action: AuditAction
  scope?: AuditRecord['scope']
  /** Of the secret or key, or of the person that it happened to. */
  name?: string
  detail?: string
}

/**
 * That something was put on record, once it holds. Without an action anything may have changed in the team; without a team,
 * in any.
 */
export type Change = { teamId?: string; action?: AuditAction; scope?: Scope }
export type ChangeListener = (change: Change) => void

export type NewUser = { id: string; name: string; email: string; passwordHash: string }

/** What is kept of a key. The times are in milliseconds since 1970; `expiresAt` is null for a key that lasts. */
export type StoredApiKey = {
  id: string
  name: string
  digest: string
  masked: string
  access: readonly KeyAccess[]
  projectId: string | null
  clusterId: string | null
  expiresAt: number | null
}

/** Whose keys: those of `userId`, or those of all others; `within` keeps those that are limited alike. */
export type KeyQuery = PageQuery & {
  userId: string
  others?: boolean
  within?: { projectId: string | null; clusterId: string | null } | undefined
}

/** A key with its owner and the team, as far as a request by key needs them. */
export type KeyOwner = {
  id: string
  name: string
  access: readonly KeyAccess[]
  projectId: string | null
  clusterId: string | null
  expiresAt: number | null
  revokedAt: number | null
  lastUsedAt: number | null
  user: User
  team: Team
}

/** A command line that asks for a key: what it says of itself, and its network address. */
export type StoredCliLogin = { code: string; device: string; from: string; expiresAt: number }
export type FoundCliLogin = StoredCliLogin & { state: 'waiting' | 'allowed' | 'denied' }

/** The first account, with its team; everything that set-up makes. */
export type FirstTeam = {
  user: NewUser
  team: { id: string; name: string; namespace: string }
  dataKey: WrappedDataKey
  stamp: Omit<Stamp, 'by'>
}

/** What is stored about a project or a cluster. `type` belongs to clusters. */
export type NewScope = { kind: 'project' | 'cluster'; id: string; name: string; type?: ClusterType }

/** Values that are gone by themselves at `expiresAt`, in milliseconds since 1970. */
export type EphemeralWrite = Stamp & {
  /** `seal` seals the value with the team's newest key. */
  secrets: readonly { id: string; name: string; seal: (key: WrappedDataKey) => Promise<Sealed> }[]
  expiresAt: number
}

/** What somebody may see of a team: only projects that are open to this person, and of other scopes only those named. */
export type Sight = { person?: string | undefined; scopes?: readonly string[] | undefined }

export type ScopeQuery = PageQuery & { sight?: Sight | undefined }

/** Which secrets of which versions a workload is about to get, on which pair. */
export type Use = { pair: Pair; secrets: readonly { scopeId: string; name: string; version: number }[] }

/** What is put on record, with the secrets that were used in it. */
export type Recorded = { teamId: string; stamp: Stamp<Named | null>; happened: Happened; used?: Use }

/**
 * The port to the database. Every call but the few about the installation names the team first; what belongs to
 * another team is not found. Calls throw {@link Failure}. The suite in `store/contract.ts` says what a store has to do.
 */
export type Store = SecretStore &
  HistoryStore & {
    /** Whether the first account exists. */
    isSetUp(): Promise<boolean>
    /** Makes the first account and its team in one step; `CONFLICT` when there is one. */
    setUp(first: FirstTeam): Promise<void>
    /** The teams that a person belongs to, by name. */
    memberships(userId: string): Promise<Team[]>
    /** Gives a person another name, which lists show from then on. */
    renamePerson(userId: string, name: string): Promise<void>
    /** Whose account an email is, with the IDs of their teams. */
    personByEmail(email: string): Promise<{ id: string; name: string; teams: string[] } | undefined>
    /** The newest key of a team, which new values are sealed with. */
    dataKey(teamId: string): Promise<WrappedDataKey>

    listProjects(teamId: string, query: ScopeQuery): Promise<Page<Project>>
    listClusters(teamId: string, query: ScopeQuery): Promise<Page<Cluster>>
    /** Whether a project is open to every member, or this person is one of those chosen for it. */
    maySeeProject(teamId: string, projectId: string, userId: string): Promise<boolean>
    projectAccess(teamId: string, projectId: string): Promise<ProjectAccess>
    /** `BAD_REQUEST` when one of the people is not in the team. */
    setProjectAccess(
      teamId: string,
      projectId: string,
      to: { access: ProjectAccess['access']; people: readonly string[] },
      stamp: Stamp,
    ): Promise<void>
    createScope(teamId: string, scope: NewScope, stamp: Stamp): Promise<void>
    project(teamId: string, id: string): Promise<Project>
    cluster(teamId: string, id: string): Promise<Cluster>
    changeScope(
      teamId: string,
      scope: Scope,
      change: { name?: string | undefined; type?: ClusterType | undefined },
      stamp: Stamp & DecidedBy,
    ): Promise<void>
    /** Deletes a project or cluster with its secrets. */
    deleteScope(teamId: string, scope: Scope, stamp: Stamp & DecidedBy): Promise<void>
    /** What changing or deleting a project or cluster would touch. Changes nothing. */
    planScope(teamId: string, scope: Scope, change: 'renameScope' | 'deleteScope', view: PlanView): Promise<Plan>

    /** Keeps sealed values until they expire, and deletes those that have. `TOO_MANY_REQUESTS` when the team has too many. */
    keepEphemeral(teamId: string, kept: EphemeralWrite): Promise<void>
    /** A value that has not expired at the time `at`, with the key that it opens with. */
    sealedEphemeral(teamId: string, id: string, at: number): Promise<{ sealed: Sealed; key: WrappedDataKey }>
    /** Deletes what has expired by then, of all teams: also what was long enough in the trash, which goes on record. */
    deleteExpired(at: number): Promise<void>

    listMembers(teamId: string, query: PageQuery): Promise<Page<Member>>
    member(teamId: string, userId: string): Promise<Member>
    /** Only owners make and unmake owners (`FORBIDDEN`), and a team keeps at least one (`CONFLICT`). */
    changeRole(teamId: string, userId: string, role: Role, stamp: Stamp): Promise<void>
    /** Takes somebody out, which ends their sessions and their keys in this team. Conditions as for the role. */
    removeMember(teamId: string, userId: string, stamp: Stamp): Promise<void>
    listInvites(teamId: string, query: PageQuery): Promise<Page<Invite>>
    createInvite(
      teamId: string,
      invite: { id: string; role: Role; digest: string; expiresAt: number },
      stamp: Stamp,
    ): Promise<void>
    deleteInvite(teamId: string, id: string, stamp: Stamp): Promise<void>
    /** What an invite is for, by its token's digest; `NOT_FOUND` when it was used or has expired. */
    invitation(digest: string, at: number): Promise<Invitation>
    /** Uses an invite up: makes the account if it is somebody new, and the membership. `CONFLICT` for a member. */
    acceptInvite(
      digest: string,
      who: NewUser | { id: string; name: string },
      stamp: Omit<Stamp, 'by'>,
    ): Promise<{ teamId: string }>

    listApiKeys(teamId: string, query: KeyQuery): Promise<Page<ApiKey>>
    apiKey(teamId: string, id: string): Promise<ApiKey>
    createApiKey(teamId: string, key: StoredApiKey, stamp: Stamp): Promise<void>
    /** Revokes a key, and those that were made with it. */
    revokeApiKey(teamId: string, id: string, stamp: Stamp): Promise<void>
    /**
     * Keeps a command line that asks for a key, until it expires; `false` when the code is taken. `TOO_MANY_REQUESTS` when
     * too many wait, of all or from its address.
     */
    startCliLogin(login: StoredCliLogin & { challenge: string }, at: number): Promise<boolean>
    /** The calls about one throw `NOT_FOUND` when there is none of this code that has not expired. */
    cliLogin(code: string, at: number): Promise<FoundCliLogin>
    /** Lets one that waits have a key of the stamp's person; `wanted` says which. `NOT_FOUND` when it was decided about. */
    allowCliLogin(teamId: string, code: string, wanted: string, stamp: Stamp): Promise<void>
    denyCliLogin(code: string, at: number): Promise<void>
    /** Takes what was allowed, once, by the challenge that it was started with. */
    takeCliLogin(
      code: string,
      challenge: string,
      at: number,
    ): Promise<'waiting' | 'denied' | { teamId: string; userId: string; wanted: string }>
    /** The key of a digest with whose it is, also one that was revoked or has expired. */
    keyOwner(digest: string): Promise<KeyOwner | undefined>
    noteKeyUse(id: string, use: { at: number; from: string; notSince: number }): Promise<void>

    /**
     * Puts several things on record in one step, so that they share one wait for the disk. With `used`, notes what was
     * got by the stamp's key, unless the same was noted in the past minute by whichever process. A secret that is gone
     * meanwhile is passed over: that fails nothing.
     */
    recordAll(records: readonly Recorded[]): Promise<void>
    /** Puts on record what changes nothing itself, such as a refused attempt. */
    record(teamId: string, stamp: Stamp<Named | null>, happened: Happened): Promise<void>
    listAudit(teamId: string, query: AuditQuery): Promise<Page<AuditRecord>>
    /** The lines of an export, piece by piece, up to where the trail stands now; the first is a checkpoint of that. */
    auditLines(teamId: string): AsyncIterable<string>
    /** The key that checkpoints are signed with, as PEM. */
    auditPublicKey(): string
    /** Signs where every trail stands. */
    signAudit(): Promise<void>

    /** The scopes that a workload's secrets come from, strongest first; `NOT_FOUND` when one of them is unknown. */
    pairScopes(teamId: string, pair: Pair): Promise<PairScope[]>
    /** Every secret of these scopes, or those of these names only, with its sealed value. */
    holders(
      teamId: string,
      scopes: readonly PairScope[],
      names?: readonly string[],
    ): Promise<{ secret: string; holder: Holder; sealed: Sealed }[]>
    /** All keys of a team, for opening what was sealed with older ones too. */
    dataKeys(teamId: string): Promise<WrappedDataKey[]>
    /** What decides the pairs of a project with every cluster, of a cluster with every project, or of the whole team. */
    effectiveWorld(teamId: string, pair: Pair, sight?: Sight): Promise<EffectiveWorld>

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

    /**
     * Calls the listener with each change from now on, whichever process made it, until the function that it returns is
     * called. What workloads get is no change.
     */
    changes(listener: ChangeListener): () => void

    /** Answers when the database does; throws otherwise. */
    ping(): Promise<void>
    close(): Promise<void>
  }

/** `blockedUntil` is in milliseconds since 1970. */
export type Attempts = { failures: number; blockedUntil: number }

/** The kinds of scopes that people make and delete; the team's own comes and goes with the team. */
export type MadeScopeKind = Exclude<ScopeKind, 'team'>

/** One of the scopes that a workload's secrets come from. */
export type PairScope = Omit<Holder, 'version'>
