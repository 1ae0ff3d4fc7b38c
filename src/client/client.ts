import * as z from 'zod'
import {
  type Account,
  account,
  type PasswordChange,
  type SignIn,
  type SignInAnswer,
  signInAnswer,
  type TwoFactorSetup,
  twoFactorSetup,
} from '#shared/account.ts'
import { type ApiKey, apiKey, type KeyOwner, type MadeApiKey, madeApiKey, type NewApiKey } from '#shared/api-key.ts'
import { type AuditQuery, type AuditRecord, auditRecord } from '#shared/audit.ts'
import {
  type Invitation,
  type Invite,
  type InviteAcceptance,
  invitation,
  invite,
  type MadeInvite,
  type Member,
  madeInvite,
  member,
  type ProjectAccess,
  type ProjectAccessChange,
  projectAccess,
} from '#shared/member.ts'
import { type Page, type PageQuery, pageOf } from '#shared/page.ts'
import { type Plan, plan, planHeader } from '#shared/plan.ts'
import type { Role } from '#shared/role.ts'
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
import { type Session, type Setup, session } from '#shared/session.ts'
import { type PasskeyCreation, type PasskeyRequest, passkeyCreation, passkeyRequest } from '#shared/webauthn.ts'
import {
  type EffectiveWorld,
  type Explanation,
  effectiveWorld,
  explanation,
  type Pair,
  type Resolved,
  type ResolveRequest,
  resolved,
} from '#shared/workload.ts'
import { type ClientOptions, createRequest } from './request.ts'

const nothing = z.unknown().transform(() => undefined)
const setupState = z.object({ open: z.boolean() })

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
 * The typed client of the API, for the console and the command line.
 * Every answer is parsed; every method throws {@link Failure}.
 */
export const createClient = (options: ClientOptions = {}) => {
  const request = createRequest(options)
  const secretsOf = (scope: Scope, ...rest: string[]) => [scopePaths[scope.kind], scope.id, 'secrets', ...rest]
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
    /** Whether the installation still waits for its first account. */
    setupState: (): Promise<{ open: boolean }> => request({ path: ['setup'], answer: setupState }),
    setup: (body: Setup): Promise<Session> => request({ method: 'POST', path: ['setup'], body, answer: session }),
    /** Signs in, or tells that a code is wanted: then the same again, with `code`. */
    signIn: (body: SignIn): Promise<SignInAnswer> =>
      request({ method: 'POST', path: ['session'], body, answer: signInAnswer }),
    passkeySignIn: {
      challenge: (): Promise<PasskeyRequest> =>
        request({ method: 'POST', path: ['session', 'passkey-challenge'], answer: passkeyRequest }),
      /** Signs in with what the browser made of the challenge. */
      finish: (credential: object): Promise<Session> =>
        request({ method: 'POST', path: ['session', 'passkey'], body: { credential }, answer: session }),
    },
    signOut: (): Promise<void> => request({ method: 'DELETE', path: ['session'], answer: nothing }),
    session: (): Promise<Session> => request({ path: ['session'], answer: session }),
    /** Proves again who is signed in, so that dangerous actions are let through for a while. */
    confirm: (password: string): Promise<void> =>
      request({ method: 'POST', path: ['session', 'confirmation'], body: { password }, answer: nothing }),
    account: {
      get: (): Promise<Account> => request({ path: ['account'], answer: account }),
      rename: (name: string): Promise<Account> =>
        request({ method: 'PATCH', path: ['account'], body: { name }, answer: account }),
      changePassword: (body: PasswordChange): Promise<void> =>
        request({ method: 'PUT', path: ['account', 'password'], body, answer: nothing }),
      endSession: (id: string): Promise<void> =>
        request({ method: 'DELETE', path: ['account', 'sessions', id], answer: nothing }),
      /** Makes a seed and recovery codes; the answer is the only one that ever has them. */
      beginTwoFactor: (password: string): Promise<TwoFactorSetup> =>
        request({ method: 'POST', path: ['account', 'two-factor'], body: { password }, answer: twoFactorSetup }),
      turnTwoFactorOn: (code: string): Promise<void> =>
        request({ method: 'POST', path: ['account', 'two-factor', 'on'], body: { code }, answer: nothing }),
      turnTwoFactorOff: (password: string): Promise<void> =>
        request({ method: 'POST', path: ['account', 'two-factor', 'off'], body: { password }, answer: nothing }),
      passkeyChallenge: (): Promise<PasskeyCreation> =>
        request({ method: 'POST', path: ['account', 'passkey-challenge'], answer: passkeyCreation }),
      /** Keeps what the browser made of the challenge. */
      addPasskey: (body: { name: string; credential: object }): Promise<void> =>
        request({ method: 'POST', path: ['account', 'passkeys'], body, answer: nothing }),
      deletePasskey: (id: string): Promise<void> =>
        request({ method: 'DELETE', path: ['account', 'passkeys', id], answer: nothing }),
    },
    apiKeys: {
      list: (of: KeyOwner, query: PageQuery = {}): Promise<Page<ApiKey>> =>
        request({ path: ['api-keys'], query: { ...query, of }, answer: pageOf(apiKey) }),
      /** Makes a key; the answer is the only one that ever has it. */
      create: (body: NewApiKey): Promise<MadeApiKey> =>
        request({ method: 'POST', path: ['api-keys'], body, answer: madeApiKey }),
      revoke: (id: string): Promise<void> => request({ method: 'DELETE', path: ['api-keys', id], answer: nothing }),
    },
    members: {
      list: (query: PageQuery = {}): Promise<Page<Member>> =>
        request({ path: ['members'], query, answer: pageOf(member) }),
      changeRole: (id: string, role: Role): Promise<Member> =>
        request({ method: 'PATCH', path: ['members', id], body: { role }, answer: member }),
      /** Takes somebody, or oneself, out of the team. */
      remove: (id: string): Promise<void> => request({ method: 'DELETE', path: ['members', id], answer: nothing }),
    },
    invites: {
      list: (query: PageQuery = {}): Promise<Page<Invite>> =>
        request({ path: ['invites'], query, answer: pageOf(invite) }),
      /** Makes an invite; the answer is the only one that ever has its token. */
      create: (role: Role): Promise<MadeInvite> =>
        request({ method: 'POST', path: ['invites'], body: { role }, answer: madeInvite }),
      delete: (id: string): Promise<void> => request({ method: 'DELETE', path: ['invites', id], answer: nothing }),
      /** What an invite's token is for; `NOT_FOUND` when it was used, has expired or never was. */
      look: (token: string): Promise<Invitation> =>
        request({ method: 'POST', path: ['invitation'], body: { token }, answer: invitation }),
      accept: (body: InviteAcceptance): Promise<Session> =>
        request({ method: 'POST', path: ['invitation', 'acceptance'], body, answer: session }),
    },
    projectAccess: {
      get: (projectId: string): Promise<ProjectAccess> =>
        request({ path: ['projects', projectId, 'access'], answer: projectAccess }),
      set: (projectId: string, body: ProjectAccessChange): Promise<ProjectAccess> =>
        request({ method: 'PUT', path: ['projects', projectId, 'access'], body, answer: projectAccess }),
    },
    audit: {
      list: (query: AuditQuery = {}): Promise<Page<AuditRecord>> =>
        request({ path: ['audit'], query, answer: pageOf(auditRecord) }),
      /** The whole trail in JSON Lines, as `npm run audit:verify` takes it. */
      export: (): Promise<Blob> => request({ path: ['audit', 'export'], as: 'file', answer: z.instanceof(Blob) }),
      /** The key that its checkpoints are signed with, in PEM. */
      key: (): Promise<Blob> => request({ path: ['audit', 'key'], as: 'file', answer: z.instanceof(Blob) }),
    },
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
      /** What setting it, new or not, would touch. It takes no value. */
      planSet: (scope: Scope, name: string, signal?: AbortSignal): Promise<Plan> =>
        request({
          method: 'PUT',
          path: secretsOf(scope, name),
          query: dryRun,
          body: {},
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
    effective: {
      /** What decides every pair of a project, of a cluster or of the team. */
      world: (pair: Pair = {}, signal?: AbortSignal): Promise<EffectiveWorld> =>
        request({ path: ['effective'], query: pair, answer: effectiveWorld, ...(signal ? { signal } : {}) }),
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

export type Client = ReturnType<typeof createClient>
