import type { Context } from 'hono'
import { Failure } from '#shared/failure.ts'
import type { Team } from '#shared/session.ts'
import type { Deps, Env } from '../deps.ts'

/** What anyone may call, by method and path. All else under `/v1` needs a principal. */
const open = new Set([
  'GET /v1/setup',
  'POST /v1/setup',
  'POST /v1/session',
  'DELETE /v1/session',
  'GET /v1/openapi.json',
])

/** Finds out who a request comes from and which team it is about, or refuses it. */
export const requirePrincipal = async (
  c: Context<Env>,
  { authenticate }: Pick<Deps, 'authenticate'>,
): Promise<void> => {
  const method = c.req.method === 'HEAD' ? 'GET' : c.req.method
  if (open.has(`${method} ${c.req.path}`)) return
  const principal = await authenticate(c.req.raw)
  if (!principal) throw new Failure('UNAUTHORIZED', 'Sign in first.')
  c.set('principal', principal)
  c.set('team', chosenTeam(principal.teams, c.req.header('gradient-team')))
}

/** The team that a header names by id or namespace, or the first. One the person is not in does not exist for them. */
export const chosenTeam = (teams: readonly Team[], wanted: string | undefined): Team => {
  const team = wanted ? teams.find(({ id, namespace }) => id === wanted || namespace === wanted) : teams[0]
  if (team) return team
  throw wanted
    ? new Failure('NOT_FOUND', 'There is no such team. Check its ID or namespace.')
    : new Failure('FORBIDDEN', 'You do not belong to any team. Ask a member of one for an invitation.')
}

/** The team that a path names, which may be another of the person's than the one the header names. */
export const teamInPath = (c: Context<Env>, wanted: string): Team => chosenTeam(c.get('principal').teams, wanted)
