import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { requireReach } from '#server/http/key-limits.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'

/** Every legacy route takes it; without it, the request is about the team that the key or the session names. */
export const teamQuery = z.object({
  teamId: z.string().max(100).optional().describe('The ID or namespace of the team.'),
})

const id = (missing: string) => z.string(missing).min(1, missing).max(100)

/** How the query names a scope of each kind. */
export const placeQueries = {
  team: teamQuery,
  project: teamQuery.extend({ projectId: id('Say which project: add “projectId” to the address.') }),
  cluster: teamQuery.extend({ clusterId: id('Say which cluster: add “clusterId” to the address.') }),
}

/** Which scope of which team a request means, unless it is beyond what the principal may reach. */
export const placeOf = async (
  c: Context<Env>,
  deps: Deps,
  kind: ScopeKind,
  query: { teamId?: string | undefined; projectId?: string; clusterId?: string },
): Promise<{ teamId: string; scope: Scope }> => {
  const teamId = c.get('team').id
  const ids = { team: teamId, project: query.projectId ?? '', cluster: query.clusterId ?? '' }
  const scope = { kind, id: ids[kind] }
  await requireReach(c, deps, scope)
  return { teamId, scope }
}
