import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import type { Principal, PrincipalKey } from '#server/identity/identity.ts'
import type { AdmitRequest } from '#server/services/request-limiter.ts'
import { Failure } from '#shared/failure.ts'
import { addressBlock } from '#shared/network/ip-address.ts'
import { keyMay, notAllowed, onlyKeysMay, type Permission, roleMay, takesKey } from '#shared/people/role.ts'
import {
  confirmationNeeded,
  confirmedMinutes,
  type Membership,
  secondFactorNeeded,
  signInAgain,
  type Team,
} from '#shared/people/session.ts'
import { auditContext } from './audit-context.ts'
import type { Needs } from './route.ts'

/** Sets the principal and the team of a request. Refuses a request that the principal has no permission for. */
export const requirePrincipal = async (
  c: Context<Env>,
  deps: Deps,
  needs: Needs,
  admit: AdmitRequest,
): Promise<void> => {
  if (needs === 'nobody') return admitStranger(c, deps, admit)
  const from = () => deps.clientAddress(c.env)
  let principal: Principal | undefined
  try {
    principal = await deps.authenticate(c.req.raw, { requestId: c.get('requestId'), from })
    if (!principal) throw new Failure('UNAUTHORIZED', 'Sign in, or send an API key.')
  } catch (error) {
    admitStranger(c, deps, admit)
    throw error
  }
  admit(principal.key?.id ?? principal.user.id)
  c.set('principal', principal)
  if (needs === 'known') return
  if (needs === 'person') {
    if (!principal.key) return
    c.set('team', selectTeam(principal.teams, undefined))
    return recordRefusal(
      c,
      deps,
      new Failure('FORBIDDEN', 'This is for people and not for API keys. Sign in to the console.'),
    )
  }
  const named = teamInAddress(c)
  const chosen = await findTeam(deps, principal.teams, c.req.header('gradient-team'))
  const team = named === undefined ? chosen : await findTeam(deps, principal.teams, named)
  c.set('team', team)
  const missing = missingFactor(principal, team)
  if (missing) throw missing
  const ended = endedForTeam(principal, team, deps.now())
  if (ended) throw ended
  await requirePermission(c, deps, needs)
}

/** Bounds requests that name nobody, or nobody known, by block of addresses. */
const admitStranger = (c: Context<Env>, { clientAddress }: Pick<Deps, 'clientAddress'>, admit: AdmitRequest): void =>
  admit(`address:${addressBlock(clientAddress(c.env))}`)

/** Returns the failure for a session without the second factor that its team requires. API keys go on. */
export const missingFactor = (
  { session }: Principal,
  { secondFactor }: Pick<Membership, 'secondFactor'>,
): Failure | undefined =>
  session && secondFactor === 'required' && !session.secondFactor ? secondFactorNeeded() : undefined

/**
 * Returns the failure for a session that is older than its team allows, or was once left alone for longer. It goes on for
 * other teams. API keys have their own expiry.
 */
export const endedForTeam = (
  { session }: Principal,
  { sessionIdleMinutes, sessionMaxMinutes }: Pick<Membership, 'sessionIdleMinutes' | 'sessionMaxMinutes'>,
  now: number,
): Failure | undefined => {
  if (!session) return undefined
  const isOver = (time: number, minutes: number | null) => minutes !== null && time > minutes * 60_000
  const ended = isOver(session.longestPause, sessionIdleMinutes) || isOver(now - session.startedAt, sessionMaxMinutes)
  return ended ? signInAgain() : undefined
}

/** Throws `FORBIDDEN` when the principal lacks a permission in the request's team, and records the attempt. */
export const requirePermission = async (c: Context<Env>, deps: Deps, permission: Permission): Promise<void> => {
  const refusal = permissionFailure(c.get('principal'), c.get('team'), permission)
  if (refusal) await recordRefusal(c, deps, refusal)
}

/** Records a refused request in the audit trail, then throws its failure. */
export const recordRefusal = async (c: Context<Env>, deps: Deps, refusal: Failure): Promise<never> => {
  await deps.store.record(c.get('team').id, auditContext(c, deps), {
    action: 'request.refused',
    detail: `${c.req.method} ${c.get('route')}`,
  })
  throw refusal
}

/** Returns the failure for a principal who lacks a permission in a team; `undefined` when they have it. */
export const permissionFailure = ({ key }: Principal, { role }: Team, permission: Permission): Failure | undefined => {
  if (!roleMay(role, permission)) return notAllowed(permission)
  if (!key) return takesKey(permission) ? onlyKeysMay(permission) : undefined
  if (key.isOfClosedProject) return withdrawn(key)
  if (keyMay(key.access, permission)) return undefined
  return new Failure('FORBIDDEN', `The API key “${key.name}” is not made for this. Use another key, or the console.`)
}

const withdrawn = ({ name }: PrincipalKey): Failure =>
  new Failure(
    'NOT_FOUND',
    `The API key “${name}” is limited to a project that its owner may not see any more. Use the key of somebody who may, or ask an admin to choose its owner for the project.`,
  )

/**
 * Returns the team with this ID or namespace; without one, the first. Throws `NOT_FOUND` for a team that the person is
 * not a member of.
 */
export const selectTeam = <Of extends Team>(teams: readonly Of[], wanted: string | undefined): Of => {
  const team = wanted ? teams.find(({ id, namespace }) => id === wanted || namespace === wanted) : teams[0]
  if (team) return team
  throw wanted
    ? new Failure('NOT_FOUND', 'There is no such team. Check its ID or namespace.')
    : new Failure('FORBIDDEN', 'You do not belong to any team. Ask a member of one for an invitation.')
}

/** Returns a team as {@link selectTeam} does, also by an address that it had before. */
export const findTeam = async <Of extends Team>(
  { store }: Pick<Deps, 'store'>,
  teams: readonly Of[],
  wanted: string | undefined,
): Promise<Of> => {
  if (!wanted || teams.some(({ id, namespace }) => id === wanted || namespace === wanted)) {
    return selectTeam(teams, wanted)
  }
  return selectTeam(teams, (await store.teamOfFormerNamespace(wanted)) ?? wanted)
}

/** Means the principal's own team, for clients that know neither its ID nor its namespace. */
const ownTeam = '-'

/**
 * Returns the ID or namespace of the team in a request's address: `/v1/teams/{id}/…`, or `?teamId=` on the routes of
 * the discontinued service, whose clients omit an empty one.
 */
const teamInAddress = (c: Context): string | undefined => {
  const [, root, noun, id] = c.req.path.split('/')
  const named = root === 'v1' ? noun === 'teams' && id : c.req.query('teamId')
  return named === ownTeam ? undefined : named || undefined
}

/** The largest difference between the clocks of servers on one database, in milliseconds. */
const apart = 5000

/**
 * Refuses a dangerous action when the person confirmed their password too long ago: another person may be using their
 * browser. A confirmation in the future, after the clock was set back, does not count. API keys have no password; their
 * access limits them.
 */
export const requireConfirmation = (c: Context<Env>, { now }: Pick<Deps, 'now'>): void => {
  const { session } = c.get('principal')
  if (!session) return
  const ago = now() - session.confirmedAt
  if (ago > confirmedMinutes * 60_000 || ago < -apart) throw confirmationNeeded()
}
