import * as z from 'zod'
import { type Page, type PageQuery, pageOf } from '#shared/page.ts'
import { type Plan, plan, planHeader } from '#shared/plans/plan.ts'
import {
  type Cluster,
  cluster,
  type NewCluster,
  type NewProject,
  type Project,
  project,
  type Scope,
  scopePaths,
} from '#shared/scope.ts'
import { type Secret, secret } from '#shared/secret.ts'
import { deletedSecret, type Trashed, type TrashedSecret, trashedSecret } from '#shared/trash.ts'
import { type SecretVersion, secretVersion } from '#shared/version.ts'
import {
  type EffectiveMatrix,
  type Explanation,
  effectiveMatrix,
  explanation,
  type Pair,
  type Resolved,
  type ResolveRequest,
  resolved,
} from '#shared/workload/workload.ts'
import type { Request } from './request.ts'

const nothing = z.unknown().transform(() => undefined)

type SecretListQuery = PageQuery & {
  /** Includes each secret's relations to secrets of the same name in other scopes, and its last use. */
  include?: 'overlaps' | 'lastUse' | 'overlaps,lastUse'
  /** Lists only secrets that no workload has resolved: `ever`, or for this many days, in which they were not set either. */
  unused?: 'ever' | number
}

/** What a write expects to find, so that it does not overwrite an unseen change. Throws `PRECONDITION_FAILED` otherwise. */
type SetCondition = {
  /** The `etag` of the version that the write replaces. */
  ifMatch?: string
  /** The hash of the expected plan. Throws `CONFLICT`, with the new plan, when it is outdated. */
  plan?: string
}

/**
 * The calls about secrets, scopes and workloads: all that most commands need. Does not load the schemas of accounts,
 * members and the audit trail, which takes longer than a request.
 */
export const workloadCalls = (request: Request) => {
  const secretsOf = (scope: Scope, ...rest: string[]) => [scopePaths[scope.kind], scope.id, 'secrets', ...rest]
  const trashOf = (scope: Scope, ...rest: string[]) => [scopePaths[scope.kind], scope.id, 'trash', ...rest]
  const condition = ({ ifMatch, plan }: SetCondition): Record<string, string> => ({
    ...(ifMatch ? { 'if-match': ifMatch } : {}),
    ...(plan ? { [planHeader]: plan } : {}),
  })
  const dryRun = { dryRun: 'true' }

  /** The calls of projects and clusters, which differ only in their fields. */
  const scopes = <Item, New>(path: string, item: z.ZodType<Item>) => ({
    list: (query: PageQuery = {}, signal?: AbortSignal): Promise<Page<Item>> =>
      request({ path: [path], query, answer: pageOf(item), ...(signal ? { signal } : {}) }),
    create: (body: New): Promise<Item> => request({ method: 'POST', path: [path], body, answer: item }),
    get: (id: string): Promise<Item> => request({ path: [path, id], answer: item }),
    change: (id: string, body: Partial<New>): Promise<Item> =>
      request({ method: 'PATCH', path: [path, id], body, answer: item }),
    delete: (id: string, when: Pick<SetCondition, 'plan'> = {}): Promise<void> =>
      request({ method: 'DELETE', path: [path, id], headers: condition(when), answer: nothing }),
    /** Plans deleting it. */
    planDelete: (id: string, signal?: AbortSignal): Promise<Plan> =>
      request({ method: 'DELETE', path: [path, id], query: dryRun, answer: plan, ...(signal ? { signal } : {}) }),
  })

  return {
    projects: scopes<Project, NewProject>('projects', project),
    clusters: scopes<Cluster, NewCluster>('clusters', cluster),
    secrets: {
      list: (scope: Scope, query: SecretListQuery = {}, signal?: AbortSignal): Promise<Page<Secret>> =>
        request({ path: secretsOf(scope), query, answer: pageOf(secret), ...(signal ? { signal } : {}) }),
      get: (scope: Scope, name: string): Promise<Secret> =>
        request({ path: secretsOf(scope, name), query: { include: 'overlaps,lastUse' }, answer: secret }),
      /** Creates a secret. Throws `CONFLICT`, with the existing secret's metadata in its first issue, when the name is taken. */
      create: (
        scope: Scope,
        body: { name: string; value: string },
        when: Pick<SetCondition, 'plan'> = {},
      ): Promise<Secret> =>
        request({
          method: 'POST',
          path: secretsOf(scope),
          query: { include: 'overlaps,lastUse' },
          headers: condition(when),
          body,
          answer: secret,
        }),
      /** Sets a secret, new or not. */
      set: (scope: Scope, name: string, value: string, when: SetCondition = {}): Promise<Secret> =>
        request({
          method: 'PUT',
          path: secretsOf(scope, name),
          query: { include: 'overlaps,lastUse' },
          headers: condition(when),
          body: { value },
          answer: secret,
        }),
      /** Moves a secret to the trash of its scope. */
      delete: async (scope: Scope, name: string, when: SetCondition = {}): Promise<Trashed> => {
        const path = secretsOf(scope, name)
        return (await request({ method: 'DELETE', path, headers: condition(when), answer: deletedSecret })).trashed
      },
      /** Lists the stored versions, newest first. */
      versions: (
        scope: Scope,
        name: string,
        query: PageQuery = {},
        signal?: AbortSignal,
      ): Promise<Page<SecretVersion>> =>
        request({
          path: secretsOf(scope, name, 'versions'),
          query,
          answer: pageOf(secretVersion),
          ...(signal ? { signal } : {}),
        }),
      /** Makes a new version with the value of an old one. */
      restoreVersion: (scope: Scope, name: string, version: number, when: SetCondition = {}): Promise<Secret> =>
        request({
          method: 'POST',
          path: secretsOf(scope, name, 'versions', `${version}`, 'restoration'),
          query: { include: 'overlaps,lastUse' },
          headers: condition(when),
          answer: secret,
        }),
      /** Plans restoring a version. */
      planRestoreVersion: (scope: Scope, name: string, version: number, signal?: AbortSignal): Promise<Plan> =>
        request({
          method: 'POST',
          path: secretsOf(scope, name, 'versions', `${version}`, 'restoration'),
          query: dryRun,
          answer: plan,
          ...(signal ? { signal } : {}),
        }),
      /** Erases the value of a version that is not the current one. It cannot be undone. */
      purgeVersion: (scope: Scope, name: string, version: number): Promise<void> =>
        request({ method: 'DELETE', path: secretsOf(scope, name, 'versions', `${version}`), answer: nothing }),
      /**
       * Plans setting a secret, new or not. Needs no value. With one, the plan says whether it is the `same`, and the
       * comparison is recorded in the audit trail.
       */
      planSet: (
        scope: Scope,
        name: string,
        { value, signal }: { value?: string; signal?: AbortSignal } = {},
      ): Promise<Plan> =>
        request({
          method: 'PUT',
          path: secretsOf(scope, name),
          query: dryRun,
          body: value === undefined ? {} : { value },
          answer: plan,
          ...(signal ? { signal } : {}),
        }),
      /** Plans deleting it. */
      planDelete: (scope: Scope, name: string, signal?: AbortSignal): Promise<Plan> =>
        request({
          method: 'DELETE',
          path: secretsOf(scope, name),
          query: dryRun,
          answer: plan,
          ...(signal ? { signal } : {}),
        }),
    },
    trash: {
      /** Lists the deleted secrets of a scope that can be restored, newest first. */
      list: (scope: Scope, query: PageQuery = {}, signal?: AbortSignal): Promise<Page<TrashedSecret>> =>
        request({ path: trashOf(scope), query, answer: pageOf(trashedSecret), ...(signal ? { signal } : {}) }),
      /** Restores a deleted secret with its versions. Throws `CONFLICT` when its name is taken. */
      restore: (scope: Scope, id: string, when: Pick<SetCondition, 'plan'> = {}): Promise<Secret> =>
        request({
          method: 'POST',
          path: trashOf(scope, id, 'restoration'),
          query: { include: 'overlaps,lastUse' },
          headers: condition(when),
          answer: secret,
        }),
      /** Plans restoring a deleted secret. */
      planRestore: (scope: Scope, id: string, signal?: AbortSignal): Promise<Plan> =>
        request({
          method: 'POST',
          path: trashOf(scope, id, 'restoration'),
          query: dryRun,
          answer: plan,
          ...(signal ? { signal } : {}),
        }),
      /** Erases a deleted secret with the values of all its versions. It cannot be undone. */
      purge: (scope: Scope, id: string): Promise<void> =>
        request({ method: 'DELETE', path: trashOf(scope, id), answer: nothing }),
    },
    effective: {
      /** Returns what decides the effective secrets of every pair of a project, a cluster or the team. */
      matrix: (pair: Pair = {}, signal?: AbortSignal): Promise<EffectiveMatrix> =>
        request({ path: ['effective'], query: pair, answer: effectiveMatrix, ...(signal ? { signal } : {}) }),
      /** Explains which secret a pair gets for a name. */
      explain: (name: string, pair: Pair = {}): Promise<Explanation> =>
        request({ path: ['effective', name], query: pair, answer: explanation }),
    },
    workloads: {
      /** Resolves the values of a workload, with a key that may run it. Throws `NOT_FOUND` when one is missing. */
      resolve: (body: ResolveRequest): Promise<Resolved> =>
        request({ method: 'POST', path: ['workloads', 'resolve'], body, answer: resolved }),
    },
  }
}

export type WorkloadClient = ReturnType<typeof workloadCalls>
