import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requireScopeAccess } from '#server/http/key-limits.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import { projectAccess, projectAccessChange } from '#shared/people/member.ts'

const path = '/v1/projects/{id}/access'
const answers = { 200: { schema: projectAccess, description: 'Who may see it, beside owners and admins.' } }
const about = { path, params: byId, answers }

/** Adds the routes of access to a project. */
export const projectAccessRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Projects')
  const { store } = deps

  serve(
    { ...about, method: 'get', summary: 'Get who may see a project', needs: 'seeMembers' },
    async (c, { params: { id } }) => {
      await requireScopeAccess(c, deps, { kind: 'project', id })
      return reply(c, await store.projectAccess(c.get('team').id, id))
    },
  )

  serve(
    {
      ...about,
      method: 'put',
      summary: 'Choose who may see a project',
      needs: 'chooseProjectAccess',
      confirm: true,
      body: projectAccessChange,
    },
    async (c, { params: { id }, body }) => {
      const teamId = c.get('team').id
      await store.setProjectAccess(teamId, id, body, auditContext(c, deps))
      return reply(c, await store.projectAccess(teamId, id))
    },
  )
}
