import type { Page, PageQuery } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Scope } from '#shared/scope.ts'
import type { Overlap, Secret } from '#shared/secret.ts'
import type { SecretUse } from '#shared/workload/secret-use.ts'
import type { Sealed, Sight, Stamp } from './store-port.ts'
import type { GivenValue } from './store-port-history.ts'

/** What has to be true of the stored secret for a write to happen. */
export type WriteCondition = {
  /** `absent` refuses to replace, `present` refuses to create; both throw, `any` does what is needed. */
  expect: 'absent' | 'present' | 'any'
  /** The ETags of `If-Match`: throws `PRECONDITION_FAILED` unless the secret has one of them. `*` is any secret. */
  ifMatch?: readonly string[]
  /** `If-None-Match: *`: throws `PRECONDITION_FAILED` when there is a secret of this name. */
  ifNoneMatch?: boolean
}

/**
 * The plan that a change was decided by, with what may be seen of the team by whoever decided. When another one holds by
 * now, the change throws `CONFLICT` with that in its first issue, and nothing is changed.
 */
export type DecidedBy = { plan?: { hash: string; sight?: Sight | undefined } | undefined }

/** Who a plan is for. Uses are told up to `at`, in milliseconds since 1970. */
export type PlanView = { at: number; sight?: Sight | undefined }

/** A write or, when `deletes`, a delete that is not to happen. */
export type PlannedSecret = WriteCondition & { name: string; deletes?: true }

export type SecretWrite = WriteCondition & Stamp & DecidedBy & GivenValue & { name: string }

export type SecretQuery = PageQuery & {
  overlaps?: boolean
  lastUse?: boolean
  /**
   * Keeps the secrets that no workload has got: ever, or since a time in milliseconds since 1970, since which they
   * were not set either.
   */
  unused?: 'ever' | number | undefined
  sight?: Sight | undefined
}

/**
 * Which uses: of the secrets that live in `scope`, or by workloads on `projectId`, or by workloads on `clusterId`. Of
 * those that are given, one is enough; when none is, all of the team's. `name` narrows all of it to one name, and `from`
 * to the secrets of one scope. So
 * `{ scope, name }` is one secret, `{ name, projectId }` is whatever a project got for a name, from whichever scope, and
 * `{ scope, projectId: scope.id }` is what deleting a project touches.
 */
export type UsesOf = { scope?: Scope; name?: string; from?: Scope; projectId?: string; clusterId?: string }

/** The part of the port about secrets as they are now. */
export type SecretStore = {
  /** A number that grows with every change to what a list of the scope's secrets shows. */
  revision(teamId: string, scope: Scope): Promise<number>
  listSecrets(teamId: string, scope: Scope, query: SecretQuery): Promise<Page<Secret>>
  secret(teamId: string, scope: Scope, name: string): Promise<Secret>
  /** Where else in the team a name of this scope is set. */
  overlaps(teamId: string, scope: Scope, name: string, sight?: Sight): Promise<Overlap[]>
  /** The newest use of each of these secrets of a scope that was ever used. Places beyond `sight` are null in them. */
  lastUses(teamId: string, scope: Scope, names: readonly string[], sight?: Sight): Promise<Map<string, SecretUse>>
  /**
   * Uses since then, in milliseconds since 1970: the newest `limit` of them, newest first, each with its secret's name,
   * and how many there are. One row a secret, key and pair. Places beyond `sight` are null in them, and still count.
   */
  uses(
    teamId: string,
    of: UsesOf,
    since: number,
    limit: number,
    sight?: Sight,
  ): Promise<{ uses: (SecretUse & { secret: string })[]; total: number }>
  /**
   * Stores a value under a name, as a new version; the value that is stored already makes none. `CONFLICT`,
   * `NOT_FOUND` and `PRECONDITION_FAILED` as the condition says.
   */
  writeSecret(teamId: string, scope: Scope, write: SecretWrite): Promise<{ secret: Secret; created: boolean }>
  /** What setting or deleting a secret would touch; refused as that would be. Changes nothing. */
  planSecret(teamId: string, scope: Scope, change: PlannedSecret, view: PlanView): Promise<Plan>
  /** The sealed value of the current version, for a workload. */
  sealedSecret(teamId: string, scope: Scope, name: string): Promise<{ version: number; sealed: Sealed }>
}
