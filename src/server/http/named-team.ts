import type { Context } from 'hono'

/** Stands for the team that the principal is in, for callers that know no other name for it. */
const ownTeam = '-'

/**
 * The ID or namespace of the team that a request's address names: `/v1/teams/{id}/…`, or `?teamId=` on the routes of
 * the discontinued service. Its clients leave an empty one out.
 */
export const teamNamedBy = (c: Context): string | undefined => {
  const [, root, noun, id] = c.req.path.split('/')
  const named = root === 'v1' ? noun === 'teams' && id : c.req.query('teamId')
  return named === ownTeam ? undefined : named || undefined
}
