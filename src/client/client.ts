import * as z from 'zod'
import { type AuditQuery, type AuditRecord, auditRecord } from '#shared/audit/audit-record.ts'
import type { ChangeNotice } from '#shared/notice.ts'
import { type Page, type PageQuery, pageOf } from '#shared/page.ts'
import {
  type Account,
  account,
  type RecoveryCodes,
  recoveryCodes,
  type SignIn,
  type SignInAnswer,
  signInAnswer,
  type TwoFactorSetup,
  twoFactorSetup,
} from '#shared/people/account.ts'
import {
  type ApiKey,
  apiKey,
  type KeyOwner,
  type KeyRenewal,
  type MadeApiKey,
  madeApiKey,
  type NewApiKey,
} from '#shared/people/api-key.ts'
import {
  type CliLogin,
  type CliLoginAllowance,
  type CliLoginAnswer,
  type CliLoginProof,
  cliLogin,
  cliLoginAnswer,
  type NewCliLogin,
  type StartedCliLogin,
  startedCliLogin,
} from '#shared/people/cli-login.ts'
import {
  type Invitation,
  type Invite,
  type InviteAcceptance,
  invitation,
  invite,
  type MadeInvite,
  type MadeReset,
  type Member,
  madeInvite,
  madeReset,
  member,
  type PasswordReset,
  type ProjectAccess,
  type ProjectAccessChange,
  passwordReset,
  projectAccess,
  type ResetUse,
} from '#shared/people/member.ts'
import {
  type OpenidAddress,
  type OpenidSignIn,
  openidAddress,
  type SignInWays,
  signInWays,
} from '#shared/people/openid.ts'
import type { Role } from '#shared/people/role.ts'
import {
  type Confirmation,
  type JoinedSession,
  joinedSession,
  type PasswordChange,
  type PasswordProof,
  type Session,
  type Setup,
  type StartedSession,
  session,
  startedSession,
  type Team,
  team,
} from '#shared/people/session.ts'
import {
  type NewTeam,
  type TeamChange,
  type TeamDetails,
  type TeamOverview,
  teamDetails,
  teamOverview,
} from '#shared/people/team.ts'
import { type PasskeyCreation, type PasskeyRequest, passkeyCreation, passkeyRequest } from '#shared/people/webauthn.ts'
import { type Cluster, cluster, type Project, project } from '#shared/scope.ts'
import { type DeletedScope, type DeletedTeam, deletedScope, deletedTeam } from '#shared/trash.ts'
import { type ClientOptions, createRequest, type Request } from './request.ts'
import { workloadCalls } from './workload-calls.ts'

/** A body whose passkey comes from the browser, which says only that it is an object. */
type GivenTo<Body extends { passkey?: unknown }> = Omit<Body, 'passkey'> & { passkey?: object | undefined }

type NewestQuery = Pick<PageQuery, 'limit' | 'after'>

const nothing = z.unknown().transform(() => undefined)

const setupState = z.object({ open: z.boolean() })

/**
 * Creates the typed client of the API, for the console and the command line.
 * Every answer is parsed; every method throws {@link Failure}.
 */
export const createClient = (options: ClientOptions = {}) => clientCalls(createRequest(options))

/** The calls of the client. A test compares each with the route that serves it. */
export const clientCalls = (request: Request) => {
  return {
    /** Returns whether the first account is still to be made. */
    setupState: (): Promise<{ open: boolean }> => request({ path: ['setup'], answer: setupState }),
    setup: (body: Setup): Promise<StartedSession> =>
      request({ method: 'POST', path: ['setup'], body, answer: startedSession }),
    /** Signs in, or returns `secondFactor`: call it again with `code`. */
    signIn: (body: SignIn): Promise<SignInAnswer> =>
      request({ method: 'POST', path: ['session'], body, answer: signInAnswer }),
    passkeySignIn: {
      challenge: (): Promise<PasskeyRequest> =>
        request({ method: 'POST', path: ['session', 'passkey-challenge'], answer: passkeyRequest }),
      /** Signs in with the browser's answer to the challenge. */
      finish: (credential: object): Promise<StartedSession> =>
        request({ method: 'POST', path: ['session', 'passkey'], body: { credential }, answer: startedSession }),
    },
    /** Trades the ticket of a sign-in that ended with a redirect for its session. */
    claimProof: (ticket: string): Promise<StartedSession> =>
      request({ method: 'POST', path: ['session', 'proof'], body: { ticket }, answer: startedSession }),
    /** Returns how people sign in here. */
    signInWays: (): Promise<SignInWays> => request({ path: ['session', 'ways'], answer: signInWays }),
    /** The calls of the identity provider. An address is opened in this browser, which comes back with a ticket. */
    openid: {
      signInAddress: (body: OpenidSignIn): Promise<OpenidAddress> =>
        request({ method: 'POST', path: ['session', 'openid', 'address'], body, answer: openidAddress }),
      signIn: (ticket: string): Promise<StartedSession> =>
        request({ method: 'POST', path: ['session', 'openid'], body: { ticket }, answer: startedSession }),
      confirmationAddress: (): Promise<OpenidAddress> =>
        request({ method: 'POST', path: ['session', 'confirmation', 'openid', 'address'], answer: openidAddress }),
      confirm: (ticket: string): Promise<void> =>
        request({ method: 'POST', path: ['session', 'confirmation', 'openid'], body: { ticket }, answer: nothing }),
      connectAddress: (): Promise<OpenidAddress> =>
        request({ method: 'POST', path: ['account', 'openid', 'address'], answer: openidAddress }),
      connect: (ticket: string): Promise<void> =>
        request({ method: 'POST', path: ['account', 'openid'], body: { ticket }, answer: nothing }),
      disconnect: (): Promise<void> => request({ method: 'DELETE', path: ['account', 'openid'], answer: nothing }),
    },
    signOut: (): Promise<void> => request({ method: 'DELETE', path: ['session'], answer: nothing }),
    session: (): Promise<Session> => request({ path: ['session'], answer: session }),
    /** Confirms that it is the person, so that dangerous actions are allowed for some minutes. */
    confirm: (body: GivenTo<Confirmation>): Promise<void> =>
      request({ method: 'POST', path: ['session', 'confirmation'], body, answer: nothing }),
    account: {
      get: (): Promise<Account> => request({ path: ['account'], answer: account }),
      rename: (name: string): Promise<Account> =>
        request({ method: 'PATCH', path: ['account'], body: { name }, answer: account }),
      changePassword: (body: GivenTo<PasswordChange>): Promise<void> =>
        request({ method: 'PUT', path: ['account', 'password'], body, answer: nothing }),
      endSession: (id: string): Promise<void> =>
        request({ method: 'DELETE', path: ['account', 'sessions', id], answer: nothing }),
      /** Deletes the account of the signed-in person. */
      delete: (email: string): Promise<void> =>
        request({ method: 'POST', path: ['account', 'deletion'], body: { email }, answer: nothing }),
      /** Makes a seed and recovery codes. Only this answer has them. */
      beginTwoFactor: (body: GivenTo<PasswordProof>): Promise<TwoFactorSetup> =>
        request({ method: 'POST', path: ['account', 'two-factor'], body, answer: twoFactorSetup }),
      turnTwoFactorOn: (code: string): Promise<void> =>
        request({ method: 'POST', path: ['account', 'two-factor', 'on'], body: { code }, answer: nothing }),
      /** Replaces the recovery codes. Only this answer has the new ones. */
      renewRecoveryCodes: (body: GivenTo<PasswordProof>): Promise<RecoveryCodes> =>
        request({ method: 'POST', path: ['account', 'two-factor', 'recovery-codes'], body, answer: recoveryCodes }),
      turnTwoFactorOff: (body: GivenTo<PasswordProof>): Promise<void> =>
        request({ method: 'POST', path: ['account', 'two-factor', 'off'], body, answer: nothing }),
      passkeyChallenge: (): Promise<PasskeyCreation> =>
        request({ method: 'POST', path: ['account', 'passkey-challenge'], answer: passkeyCreation }),
      /** Stores the browser's answer to the challenge. */
      addPasskey: (body: { name: string; credential: object }): Promise<void> =>
        request({ method: 'POST', path: ['account', 'passkeys'], body, answer: nothing }),
      deletePasskey: (id: string): Promise<void> =>
        request({ method: 'DELETE', path: ['account', 'passkeys', id], answer: nothing }),
    },
    passwordReset: {
      /** Returns whom a link is for. Throws `NOT_FOUND` for a used, replaced, expired or unknown token. */
      look: (token: string): Promise<PasswordReset> =>
        request({ method: 'POST', path: ['password-reset'], body: { token }, answer: passwordReset }),
      use: (body: ResetUse): Promise<void> =>
        request({ method: 'POST', path: ['password-reset', 'use'], body, answer: nothing }),
    },
    teams: {
      create: (body: NewTeam): Promise<Team> => request({ method: 'POST', path: ['teams'], body, answer: team }),
      get: (id: string): Promise<TeamOverview> => request({ path: ['teams', id], answer: teamOverview }),
      change: (id: string, body: TeamChange): Promise<TeamDetails> =>
        request({ method: 'PATCH', path: ['teams', id], body, answer: teamDetails }),
      /** Moves a team to the trash of its owners. */
      delete: (id: string): Promise<void> => request({ method: 'DELETE', path: ['teams', id], answer: nothing }),
      /** Lists the deleted teams that the person owns. */
      deleted: (query: NewestQuery = {}): Promise<Page<DeletedTeam>> =>
        request({ path: ['deleted-teams'], query, answer: pageOf(deletedTeam) }),
      restore: (id: string): Promise<Team> =>
        request({ method: 'POST', path: ['deleted-teams', id, 'restoration'], answer: team }),
      /** Erases a deleted team for good. */
      purge: (id: string): Promise<void> => request({ method: 'DELETE', path: ['deleted-teams', id], answer: nothing }),
    },
    deletedProjects: deletedScopes<Project>(request, 'deleted-projects', project),
    deletedClusters: deletedScopes<Cluster>(request, 'deleted-clusters', cluster),
    apiKeys: {
      list: (of: KeyOwner, query: PageQuery = {}): Promise<Page<ApiKey>> =>
        request({ path: ['api-keys'], query: { ...query, of }, answer: pageOf(apiKey) }),
      /** Makes a key. Only this answer has its text. */
      create: (body: NewApiKey): Promise<MadeApiKey> =>
        request({ method: 'POST', path: ['api-keys'], body, answer: madeApiKey }),
      /** Makes the successor of a key. Only this answer has its text. */
      renew: (id: string, body: KeyRenewal): Promise<MadeApiKey> =>
        request({ method: 'POST', path: ['api-keys', id, 'renewal'], body, answer: madeApiKey }),
      revoke: (id: string): Promise<void> => request({ method: 'DELETE', path: ['api-keys', id], answer: nothing }),
    },
    cliLogins: {
      /** Requests a key for a command line. */
      start: (body: NewCliLogin, signal?: AbortSignal): Promise<StartedCliLogin> =>
        request({
          method: 'POST',
          path: ['cli-logins'],
          body,
          answer: startedCliLogin,
          ...(signal ? { signal } : {}),
        }),
      /** Returns the command line with a code. Throws `NOT_FOUND` for an expired, used or unknown code. */
      look: (code: string): Promise<CliLogin> =>
        request({ method: 'POST', path: ['cli-logins', 'look'], body: { code }, answer: cliLogin }),
      allow: (body: CliLoginAllowance): Promise<void> =>
        request({ method: 'POST', path: ['cli-logins', 'allowance'], body, answer: nothing }),
      deny: (code: string): Promise<void> =>
        request({ method: 'POST', path: ['cli-logins', 'denial'], body: { code }, answer: nothing }),
      /** Returns whether the request was allowed. The key is in one answer only. */
      key: (body: CliLoginProof, signal?: AbortSignal): Promise<CliLoginAnswer> =>
        request({
          method: 'POST',
          path: ['cli-logins', 'key'],
          body,
          answer: cliLoginAnswer,
          ...(signal ? { signal } : {}),
        }),
    },
    members: {
      list: (query: PageQuery = {}): Promise<Page<Member>> =>
        request({ path: ['members'], query, answer: pageOf(member) }),
      changeRole: (id: string, role: Role): Promise<Member> =>
        request({ method: 'PATCH', path: ['members', id], body: { role }, answer: member }),
      /** Makes a link for a new password. Only this answer has its token. */
      resetPassword: (id: string): Promise<MadeReset> =>
        request({ method: 'POST', path: ['members', id, 'password-reset'], answer: madeReset }),
      /** Removes a member, or oneself, from the team. */
      remove: (id: string): Promise<void> => request({ method: 'DELETE', path: ['members', id], answer: nothing }),
    },
    invites: {
      list: (query: PageQuery = {}): Promise<Page<Invite>> =>
        request({ path: ['invites'], query, answer: pageOf(invite) }),
      /** Makes an invite. Only this answer has its token. */
      create: (role: Role): Promise<MadeInvite> =>
        request({ method: 'POST', path: ['invites'], body: { role }, answer: madeInvite }),
      delete: (id: string): Promise<void> => request({ method: 'DELETE', path: ['invites', id], answer: nothing }),
      /** Returns the invite of a token. Throws `NOT_FOUND` for a used, expired or unknown token. */
      look: (token: string): Promise<Invitation> =>
        request({ method: 'POST', path: ['invitation'], body: { token }, answer: invitation }),
      accept: (body: InviteAcceptance): Promise<JoinedSession> =>
        request({ method: 'POST', path: ['invitation', 'acceptance'], body, answer: joinedSession }),
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
      /** Exports the whole trail in JSON Lines, for `npm run audit:verify`. */
      export: (): Promise<Blob> => request({ path: ['audit', 'export'], as: 'file', answer: z.instanceof(Blob) }),
      /** Returns the public key of the trail's checkpoints, in PEM. */
      key: (): Promise<Blob> => request({ path: ['audit', 'key'], as: 'file', answer: z.instanceof(Blob) }),
    },
    /** Opens the stream of changes in the team. It lasts until it ends, fails or is aborted. */
    changes: async (signal: AbortSignal): Promise<AsyncIterable<ChangeNotice>> => {
      // Loaded late: few callers use the stream.
      const { openChanges } = await import('./change-stream.ts')
      return openChanges(request, signal)
    },
    ...workloadCalls(request),
  }
}

export type Client = ReturnType<typeof createClient>

/** The calls of deleted projects or clusters. */
const deletedScopes = <Item>(request: Request, noun: string, item: z.ZodType<Item>) => ({
  list: (query: NewestQuery = {}): Promise<Page<DeletedScope>> =>
    request({ path: [noun], query, answer: pageOf(deletedScope) }),
  /** Restores it, under another name if one is given. */
  restore: (id: string, body: { name?: string } = {}): Promise<Item> =>
    request({ method: 'POST', path: [noun, id, 'restoration'], body, answer: item }),
  /** Erases it for good. */
  purge: (id: string): Promise<void> => request({ method: 'DELETE', path: [noun, id], answer: nothing }),
})
