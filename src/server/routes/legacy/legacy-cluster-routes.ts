import { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { requireScopeAccess, visibilityOf } from '#server/http/key-limits.ts'
import { reply } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import type { FailureCode } from '#shared/failure.ts'
import { type Cluster, clusterTypes } from '#shared/scope.ts'
import { filterEntries, filterQuery, readAllPages, teamQuery } from './legacy-request.ts'

const legacyCluster = z.object({
  id: z.string(),
  name: z.string(),
  type: z.enum(clusterTypes),
  dtCreated: z.iso.datetime(),
  dtModified: z.iso.datetime(),
})

const missing = 'Say which cluster: add “id” to the address.'
const fails = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN'] satisfies FailureCode[]

/** Adds the discontinued service's routes of clusters and of the team. */
export const legacyClusterRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Legacy')
  const { store } = deps
  serve(
    {
      method: 'get',
      path: '/clusters/getClusters',
      summary: 'List all clusters of a team',
      needs: 'seeNames',
      query: teamQuery.extend({ filter: filterQuery }),
      answers: { 200: { schema: z.array(legacyCluster), description: 'Those that match the filter.' } },
      fails,
    },
    async (c, { query: { filter } }) => {
      const visibility = visibilityOf(c)
      const clusters = await readAllPages((after) => store.listClusters(c.get('team').id, { after, visibility }))
      return reply(c, filterEntries(clusters, filter).items.map(toLegacy))
    },
  )

  serve(
    {
      method: 'get',
      path: '/clusters/getCluster',
      summary: 'Look up a cluster',
      needs: 'seeNames',
      query: teamQuery.extend({ id: z.string(missing).min(1, missing).max(100) }),
      answers: { 200: { schema: legacyCluster, description: 'What is known of it.' } },
      fails: [...fails, 'NOT_FOUND'],
    },
    async (c, { query: { id } }) => {
      await requireScopeAccess(c, deps, { kind: 'cluster', id })
      return reply(c, toLegacy(await store.cluster(c.get('team').id, id)))
    },
  )

  serve(
    {
      method: 'get',
      path: '/teams/namespace',
      summary: 'Get the namespace of a team',
      needs: 'seeNames',
      query: teamQuery,
      answers: { 200: { schema: z.string(), description: 'The namespace, as a text of JSON.' } },
      fails,
    },
    async (c) => reply(c, c.get('team').namespace),
  )
}

const toLegacy = ({ id, name, type, dtCreated, dtModified }: Cluster): z.infer<typeof legacyCluster> => ({
  id,
  name,
  type,
  dtCreated,
  dtModified,
})
