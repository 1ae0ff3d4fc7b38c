import type { Page, PageQuery } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed, TrashedSecret } from '#shared/trash.ts'
import type { SecretVersion } from '#shared/version.ts'
import type { Sealed, Stamp, WrappedDataKey } from './store-port.ts'
import type { DecidedBy, PlanView, WriteCondition } from './store-port-secrets.ts'

/** One version of a value as it rests, with the key that it opens with. */
export type StoredVersion = { version: number; key: WrappedDataKey; sealed: Sealed }

/** A value that is about to be stored: the store asks whoever knows it, and never for the value itself. */
export type GivenValue = {
  /** Seals it for the version that a write turns out to make, with the team's newest key. Called once at most. */
  seal(version: number, key: WrappedDataKey): Promise<Sealed>
  /** See `Vault.fingerprint`. */
  fingerprint(key: WrappedDataKey): Promise<string>
  /** Whether a version has this very value. Asked of one that has no fingerprint. */
  isIn(stored: StoredVersion): Promise<boolean>
}

/** A page of what has an order of its own, newest first. */
export type NewestQuery = Pick<PageQuery, 'limit' | 'after'>

export type TrashQuery = NewestQuery & Pick<PageQuery, 'q'>

/** Which version is put back, by whom. `open` opens it for being sealed again. */
export type VersionRestore = Pick<WriteCondition, 'ifMatch'> &
  Stamp &
  DecidedBy & { name: string; version: number; open: (stored: StoredVersion) => Promise<GivenValue> }

/** The part of the port about versions of secrets and about the trash. */
export type HistoryStore = {
  /** The versions that are kept of a secret, newest first. */
  listVersions(teamId: string, scope: Scope, name: string, query: NewestQuery): Promise<Page<SecretVersion>>
  /**
   * Makes a new version with the value of an old one; none if that is the current value. `NOT_FOUND`, with those that
   * are kept, when the version is not.
   */
  restoreVersion(teamId: string, scope: Scope, restore: VersionRestore): Promise<Secret>
  /** What restoring a version would touch; refused as that would be. Changes nothing. */
  planRestoreVersion(
    teamId: string,
    scope: Scope,
    restore: Pick<VersionRestore, 'name' | 'version' | 'ifMatch'>,
    view: PlanView,
  ): Promise<Plan>
  /** Erases a version and its sealed value; `CONFLICT` for the current one. */
  purgeVersion(teamId: string, scope: Scope, of: { name: string; version: number }, stamp: Stamp): Promise<void>

  /** Moves a secret to the trash, with its versions and its uses. */
  deleteSecret(
    teamId: string,
    scope: Scope,
    name: string,
    how: Pick<WriteCondition, 'ifMatch'> & Stamp & DecidedBy,
  ): Promise<Trashed>
  /** What was deleted from a scope and can be restored, newest first. */
  listTrash(teamId: string, scope: Scope, query: TrashQuery): Promise<Page<TrashedSecret>>
  /** Puts a deleted secret back; `CONFLICT` when its name is taken, also in another case. */
  restoreTrashed(teamId: string, scope: Scope, id: string, stamp: Stamp & DecidedBy): Promise<Secret>
  /** What putting it back would touch; refused as that would be. Changes nothing. */
  planRestoreTrashed(teamId: string, scope: Scope, id: string, view: PlanView): Promise<Plan>
  /** Erases a deleted secret, with the sealed values of all its versions. */
  purgeTrashed(teamId: string, scope: Scope, id: string, stamp: Stamp): Promise<void>
}
