import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import type { Principal } from '#server/identity/identity.ts'
import { Failure } from '#shared/failure.ts'
import { keyMay, notAllowed, onlyKeysMay, type Permission, roleMay, takesKey } from '#shared/people/role.ts'
import { confirmationNeeded, confirmedMinutes, type Team } from '#shared/people/session.ts'
import { auditContext } from './audit-context.ts'
import type { Needs } from './route.ts'

/** Finds out who a request comes from and which team it is about, and refuses what they may not do. */
export const requirePrincipal = async (c: Context<Env>, deps: Deps, needs: Needs): Promise<void> => {
  if (needs === 'nobody') return
  const from = () => deps.clientAddress(c.env)
  const principal = await deps.authenticate(c.req.raw, { requestId: c.get('requestId'), from })
  if (!principal) throw new Failure('UNAUTHORIZED', 'Sign in, or send an API key.')
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
  const chosen = selectTeam(principal.teams, c.req.header('gradient-team'))
  const team = named === undefined ? chosen : selectTeam(principal.teams, named)
  c.set('team', team)
  await requirePermission(c, deps, needs)
}

/** Refuses what the principal may not do in the request's team, and puts the attempt on record. */
export const requirePermission = async (c: Context<Env>, deps: Deps, permission: Permission): Promise<void> => {
  const refusal = permissionFailure(c.get('principal'), c.get('team'), permission)
  if (refusal) await recordRefusal(c, deps, refusal)
}

/** Answers a refusal and puts the attempt on record. */
export const recordRefusal = async (c: Context<Env>, deps: Deps, refusal: Failure): Promise<never> => {
  await deps.store.record(c.get('team').id, auditContext(c, deps), {
    action: 'request.refused',
    detail: `${c.req.method} ${c.get('route')}`,
  })
  throw refusal
}

/** Why a principal may not do something in a team; `undefined` when they may. */
export const permissionFailure = ({ key }: Principal, { role }: Team, permission: Permission): Failure | undefined => {
  if (!roleMay(role, permission)) return notAllowed(permission)
  if (!key) return takesKey(permission) ? onlyKeysMay(permission) : undefined
  if (keyMay(key.access, permission)) return undefined
  return new Failure('FORBIDDEN', `The API key “${key.name}” is not made for this. Use another key, or the console.`)
}

/** The team that a header names by id or namespace, or the first. One the person is not in does not exist for them. */
export const selectTeam = (teams: readonly Team[], wanted: string | undefined): Team => {
  const team = wanted ? teams.find(({ id, namespace }) => id === wanted || namespace === wanted) : teams[0]
  if (team) return team
  throw wanted
    ? new Failure('NOT_FOUND', 'There is no such team. Check its ID or namespace.')
    : new Failure('FORBIDDEN', 'You do not belong to any team. Ask a member of one for an invitation.')
}

/** Stands for the team that the principal is in, for callers that know no other name for it. */
const ownTeam = '-'

/**
 * The ID or namespace of the team that a request's address names: `/v1/teams/{id}/…`, or `?teamId=` on the routes of
 * the discontinued service. Its clients leave an empty one out.
 */
export const teamInAddress = (c: Context): string | undefined => {
  const [, root, noun, id] = c.req.path.split('/')
  const named = root === 'v1' ? noun === 'teams' && id : c.req.query('teamId')
  return named === ownTeam ? undefined : named || undefined
}

/** How far the clocks of servers on one database may be apart, in milliseconds. */
const apart = 5000

/**
 * Refuses something dangerous when the person gave their password too long ago: somebody else may be sitting at their
 * browser. Of a time that is still to come nobody knows how long ago it was: the clock was set back since. A key has no
 * password, and is limited by what it is made for.
 */
export const requireConfirmation = (c: Context<Env>, { now }: Pick<Deps, 'now'>): void => {
  const { session } = c.get('principal')
  if (!session) return
  const ago = now() - session.confirmedAt
  if (ago > confirmedMinutes * 60_000 || ago < -apart) throw confirmationNeeded()
}
