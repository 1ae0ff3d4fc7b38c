import * as z from 'zod'
import { type Page, type PageQuery, pageOf } from '#shared/page.ts'
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
import { type Credentials, type Session, type Setup, session } from '#shared/session.ts'
import { type ClientOptions, createRequest } from './request.ts'

const nothing = z.unknown().transform(() => undefined)
const setupState = z.object({ open: z.boolean() })

export type SecretListQuery = PageQuery & {
  /** Asks for each secret's relations to those of the same name in other scopes. */
  include?: 'overlaps'
}

/** What a write expects to find, so that nobody's change is overwritten unseen. Otherwise `PRECONDITION_FAILED`. */
export type SetCondition = {
  /** The secret is the one that had this `etag`. */
  ifMatch?: string
}

/**
 * The typed client of the API, for the console and the command line.
 * Every answer is parsed; every method throws {@link Failure}.
 */
export const createClient = (options: ClientOptions = {}) => {
  const request = createRequest(options)
  const secretsOf = (scope: Scope, ...rest: string[]) => [scopePaths[scope.kind], scope.id, 'secrets', ...rest]
  const condition = ({ ifMatch }: SetCondition): Record<string, string> => (ifMatch ? { 'if-match': ifMatch } : {})

  /** Projects and clusters differ in their fields only. */
  const scopes = <Item, New>(path: string, item: z.ZodType<Item>) => ({
    list: (query: PageQuery = {}, signal?: AbortSignal): Promise<Page<Item>> =>
      request({ path: [path], query, answer: pageOf(item), ...(signal ? { signal } : {}) }),
    create: (body: New): Promise<Item> => request({ method: 'POST', path: [path], body, answer: item }),
    get: (id: string): Promise<Item> => request({ path: [path, id], answer: item }),
    change: (id: string, body: Partial<New>): Promise<Item> =>
      request({ method: 'PATCH', path: [path, id], body, answer: item }),
    delete: (id: string): Promise<void> => request({ method: 'DELETE', path: [path, id], answer: nothing }),
  })

  return {
    /** Whether the installation still waits for its first account. */
    setupState: (): Promise<{ open: boolean }> => request({ path: ['setup'], answer: setupState }),
    setup: (body: Setup): Promise<Session> => request({ method: 'POST', path: ['setup'], body, answer: session }),
    signIn: (body: Credentials): Promise<Session> =>
      request({ method: 'POST', path: ['session'], body, answer: session }),
    signOut: (): Promise<void> => request({ method: 'DELETE', path: ['session'], answer: nothing }),
    session: (): Promise<Session> => request({ path: ['session'], answer: session }),
    projects: scopes<Project, NewProject>('projects', project),
    clusters: scopes<Cluster, NewCluster>('clusters', cluster),
    secrets: {
      list: (scope: Scope, query: SecretListQuery = {}, signal?: AbortSignal): Promise<Page<Secret>> =>
        request({ path: secretsOf(scope), query, answer: pageOf(secret), ...(signal ? { signal } : {}) }),
      get: (scope: Scope, name: string): Promise<Secret> =>
        request({ path: secretsOf(scope, name), query: { include: 'overlaps' }, answer: secret }),
      /** Stores a new secret; `CONFLICT`, with the existing one's metadata in its first issue, when there is one. */
      create: (scope: Scope, body: { name: string; value: string }): Promise<Secret> =>
        request({
          method: 'POST',
          path: secretsOf(scope),
          query: { include: 'overlaps' },
          body,
          answer: secret,
        }),
      /** Stores a secret, new or not. */
      set: (scope: Scope, name: string, value: string, when: SetCondition = {}): Promise<Secret> =>
        request({
          method: 'PUT',
          path: secretsOf(scope, name),
          query: { include: 'overlaps' },
          headers: condition(when),
          body: { value },
          answer: secret,
        }),
      delete: (scope: Scope, name: string, when: SetCondition = {}): Promise<void> =>
        request({ method: 'DELETE', path: secretsOf(scope, name), headers: condition(when), answer: nothing }),
    },
  }
}

export type Client = ReturnType<typeof createClient>
