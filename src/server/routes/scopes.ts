import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import { type Page, type PageQuery, pageOf } from '#shared/page.ts'
import {
  type Cluster,
  type ClusterType,
  cluster,
  clusterChange,
  newCluster,
  newProject,
  type Project,
  project,
  projectChange,
  scopeIdPrefixes,
  scopePaths,
} from '#shared/scope.ts'
import type { Deps, Env } from '../deps.ts'
import { answer, failures, jsonBody } from '../http/answers.ts'
import { newId } from '../ids.ts'
import type { MadeScopeKind } from '../store.ts'
import { listQuery } from './list-query.ts'

const byId = z.object({ id: z.string().max(100) })
const refusals = failures('BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND')

/** The routes of projects and clusters. */
export const scopeRoutes = (app: OpenAPIHono<Env>, deps: Deps): void => {
  const { store } = deps
  routesOf(app, deps, {
    kind: 'project',
    item: project,
    create: newProject,
    change: projectChange,
    list: store.listProjects,
    find: store.project,
  })
  routesOf(app, deps, {
    kind: 'cluster',
    item: cluster,
    create: newCluster,
    change: clusterChange,
    list: store.listClusters,
    find: store.cluster,
  })
}

/** What projects and clusters differ in. */
type Made<Item> = {
  kind: MadeScopeKind
  item: z.ZodType<Item>
  create: z.ZodType<{ name: string; type?: ClusterType }>
  change: z.ZodType<{ name?: string | undefined; type?: ClusterType | undefined }>
  list(teamId: string, query: PageQuery): Promise<Page<Item>>
  find(teamId: string, id: string): Promise<Item>
}

const routesOf = <Item extends Project | Cluster>(app: OpenAPIHono<Env>, deps: Deps, made: Made<Item>): void => {
  const { store, now } = deps
  const { kind, item } = made
  const tags = [kind === 'project' ? 'Projects' : 'Clusters']
  const all = `/v1/${scopePaths[kind]}`
  const one = `${all}/{id}`

  app.openapi(
    createRoute({
      method: 'get',
      path: all,
      tags,
      summary: `List the ${kind}s of a team`,
      request: { query: listQuery },
      responses: { 200: answer(pageOf(item), 'A page of them.'), ...refusals },
    }),
    async (c) => c.json(await made.list(c.get('team').id, c.req.valid('query') as PageQuery), 200),
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: all,
      tags,
      summary: `Create a ${kind}`,
      request: { body: jsonBody(made.create) },
      responses: { 201: answer(item, 'It is created.'), ...refusals },
    }),
    async (c) => {
      const id = newId(scopeIdPrefixes[kind])
      const teamId = c.get('team').id
      await store.createScope(teamId, { kind, id, ...c.req.valid('json') }, now())
      return c.json(await made.find(teamId, id), 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: one,
      tags,
      summary: `Look up a ${kind}`,
      request: { params: byId },
      responses: { 200: answer(item, 'What is known of it.'), ...refusals },
    }),
    async (c) => c.json(await made.find(c.get('team').id, c.req.valid('param').id), 200),
  )

  app.openapi(
    createRoute({
      method: 'patch',
      path: one,
      tags,
      summary: `Change a ${kind}`,
      request: { params: byId, body: jsonBody(made.change) },
      responses: { 200: answer(item, 'It is changed.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      const teamId = c.get('team').id
      await store.changeScope(teamId, { kind, id }, c.req.valid('json'), now())
      return c.json(await made.find(teamId, id), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: one,
      tags,
      summary: `Delete a ${kind} with its secrets`,
      request: { params: byId },
      responses: { 200: answer(byId, 'It is deleted.'), ...refusals },
    }),
    async (c) => {
      const { id } = c.req.valid('param')
      await store.deleteScope(c.get('team').id, { kind, id })
      return c.json({ id }, 200)
    },
  )
}
