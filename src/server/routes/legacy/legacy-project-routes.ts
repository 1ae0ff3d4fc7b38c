import { z } from '@hono/zod-openapi'
import { newId } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requireUnlimitedKey, visibilityOf } from '#server/http/key-limits.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import type { FailureCode } from '#shared/failure.ts'
import { newProject, type Project, scopeIdPrefixes } from '#shared/scope.ts'
import { filterEntries, filterQuery, readAllPages, teamQuery } from './legacy-request.ts'

/** A project for the discontinued service's clients, which fail on an `id`. Fields that are not stored are null or empty. */
const legacyProject = z.object({
  handle: z.string(),
  name: z.string(),
  dtCreated: z.iso.datetime(),
  dtModified: z.iso.datetime(),
  repoName: z.null(),
  repoUrl: z.null(),
  tags: z.array(z.string()),
})
const projectList = z.object({ data: z.array(legacyProject), meta: z.object({ totalItems: z.int() }) })

const fails = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN'] satisfies FailureCode[]

/** Adds the discontinued service's routes of projects, also with the trailing slash that its clients write. */
export const legacyProjectRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Legacy')
  const { store } = deps
  for (const path of ['/projects', '/projects/']) {
    serve(
      {
        method: 'get',
        path,
        summary: 'List all projects of a team',
        needs: 'seeNames',
        query: teamQuery.extend({
          filter: filterQuery,
          tagFilter: z.string().max(200).optional().describe('No project has tags: with it, the list is empty.'),
        }),
        answers: { 200: { schema: projectList, description: 'Those that match the filter.' } },
        fails,
      },
      async (c, { query: { filter, tagFilter } }) => {
        const teamId = c.get('team').id
        const visibility = visibilityOf(c)
        const projects = tagFilter
          ? []
          : await readAllPages((after) => store.listProjects(teamId, { after, visibility }))
        const { items, total } = filterEntries(projects, filter)
        return reply(c, { data: items.map(toLegacy), meta: { totalItems: total } })
      },
    )

    serve(
      {
        method: 'post',
        path,
        summary: 'Create a project',
        needs: 'changeScopes',
        query: teamQuery,
        body: newProject,
        answers: { 201: { schema: legacyProject, description: 'It is created.' } },
        fails,
      },
      async (c, { body: { name } }) => {
        await requireUnlimitedKey(c, deps)
        const teamId = c.get('team').id
        const id = newId(scopeIdPrefixes.project)
        await store.createScope(teamId, { kind: 'project', id, name }, auditContext(c, deps))
        return reply(c, toLegacy(await store.project(teamId, id)), { status: 201 })
      },
    )
  }

  serve(
    {
      method: 'post',
      path: '/projects/{id}/deleteProject',
      summary: 'Delete a project with its secrets',
      needs: 'changeScopes',
      confirm: true,
      params: byId,
      query: teamQuery,
      answers: { 200: { schema: z.object({ handle: z.string() }), description: 'It is deleted.' } },
      fails: [...fails, 'NOT_FOUND'],
    },
    async (c, { params: { id } }) => {
      await requireUnlimitedKey(c, deps)
      await store.deleteScope(c.get('team').id, { kind: 'project', id }, auditContext(c, deps))
      return reply(c, { handle: id })
    },
  )
}

const toLegacy = ({ id, name, dtCreated, dtModified }: Project): z.infer<typeof legacyProject> => ({
  handle: id,
  name,
  dtCreated,
  dtModified,
  repoName: null,
  repoUrl: null,
  tags: [],
})
