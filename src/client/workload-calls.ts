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

export type SecretListQuery = PageQuery & {
  /** Asks for each secret's relations to those of the same name in other scopes, and for its last use. */
  include?: 'overlaps' | 'lastUse' | 'overlaps,lastUse'
  /** Keeps those that no workload has got: `ever`, or for so many days, in which they were not set either. */
  unused?: 'ever' | number
}

/** What a write expects to find, so that nobody's change is overwritten unseen. Otherwise `PRECONDITION_FAILED`. */
export type SetCondition = {
  /** The secret is the one that had this `etag`. */
  ifMatch?: string
  /** The hash of the plan that the change was decided by. `CONFLICT`, with the new plan, when it no longer holds. */
  plan?: string
}

/**
 * The part of the client that is about what is stored and what workloads get of it: all that most commands need, without
 * the schemas of accounts, members and the trail, which take longer to make than a request.
 */
export const workloadCalls = (request: Request) => {
  const secretsOf = (scope: Scope, ...rest: string[]) => [scopePaths[scope.kind], scope.id, 'secrets', ...rest]
  const trashOf = (scope: Scope, ...rest: string[]) => [scopePaths[scope.kind], scope.id, 'trash', ...rest]
  const condition = ({ ifMatch, plan }: SetCondition): Record<string, string> => ({
    ...(ifMatch ? { 'if-match': ifMatch } : {}),
    ...(plan ? { [planHeader]: plan } : {}),
  })
  const dryRun = { dryRun: 'true' }

  /** Projects and clusters differ in their fields only. */
  const scopes = <Item, New>(path: string, item: z.ZodType<Item>) => ({
    list: (query: PageQuery = {}, signal?: AbortSignal): Promise<Page<Item>> =>
      request({ path: [path], query, answer: pageOf(item), ...(signal ? { signal } : {}) }),
    create: (body: New): Promise<Item> => request({ method: 'POST', path: [path], body, answer: item }),
    get: (id: string): Promise<Item> => request({ path: [path, id], answer: item }),
    change: (id: string, body: Partial<New>): Promise<Item> =>
      request({ method: 'PATCH', path: [path, id], body, answer: item }),
    delete: (id: string, when: Pick<SetCondition, 'plan'> = {}): Promise<void> =>
      request({ method: 'DELETE', path: [path, id], headers: condition(when), answer: nothing }),
    /** What deleting it would touch. */
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
      /** Stores a new secret; `CONFLICT`, with the existing one's metadata in its first issue, when there is one. */
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
      /** Stores a secret, new or not. */
      set: (scope: Scope, name: string, value: string, when: SetCondition = {}): Promise<Secret> =>
        request({
          method: 'PUT',
          path: secretsOf(scope, name),
          query: { include: 'overlaps,lastUse' },
          headers: condition(when),
          body: { value },
          answer: secret,
        }),
      /** Moves it to the trash of its scope. */
      delete: async (scope: Scope, name: string, when: SetCondition = {}): Promise<Trashed> => {
        const path = secretsOf(scope, name)
        return (await request({ method: 'DELETE', path, headers: condition(when), answer: deletedSecret })).trashed
      },
      /** The versions that are kept, newest first. */
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
      /** What restoring a version would touch. */
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
       * What setting it, new or not, would touch. It needs no value. With one, the plan says whether it is the `same`,
       * and that this was asked is put on record.
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
      /** What deleting it would touch. */
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
      /** What was deleted from a scope and can be restored, newest first. */
      list: (scope: Scope, query: PageQuery = {}, signal?: AbortSignal): Promise<Page<TrashedSecret>> =>
        request({ path: trashOf(scope), query, answer: pageOf(trashedSecret), ...(signal ? { signal } : {}) }),
      /** Puts a deleted secret back with its versions; `CONFLICT` when its name is taken. */
      restore: (scope: Scope, id: string, when: Pick<SetCondition, 'plan'> = {}): Promise<Secret> =>
        request({
          method: 'POST',
          path: trashOf(scope, id, 'restoration'),
          query: { include: 'overlaps,lastUse' },
          headers: condition(when),
          answer: secret,
        }),
      /** What putting it back would touch. */
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
      /** What decides every pair of a project, of a cluster or of the team. */
      matrix: (pair: Pair = {}, signal?: AbortSignal): Promise<EffectiveMatrix> =>
        request({ path: ['effective'], query: pair, answer: effectiveMatrix, ...(signal ? { signal } : {}) }),
      /** Why a pair gets what it gets for a name. */
      explain: (name: string, pair: Pair = {}): Promise<Explanation> =>
        request({ path: ['effective', name], query: pair, answer: explanation }),
    },
    workloads: {
      /** Values for a workload, by a key that is made for it; all of them, or `NOT_FOUND` with what is missing. */
      resolve: (body: ResolveRequest): Promise<Resolved> =>
        request({ method: 'POST', path: ['workloads', 'resolve'], body, answer: resolved }),
    },
  }
}

export type WorkloadClient = ReturnType<typeof workloadCalls>
