import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requirePermission } from '#server/http/authorize.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder, usualFails } from '#server/http/route.ts'
import { pageOf } from '#shared/page.ts'
import { member, memberChange } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'

const all = '/v1/members'
const one = `${all}/{id}`

/** Adds the routes of a team's members. */
export const memberRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Members')
  const { store } = deps

  /** The store refuses too, in the transaction; this check also records the attempt. */
  const requireForOwners = async (c: Context<Env>, id: string, next?: Role): Promise<void> => {
    const { role } = await store.member(c.get('team').id, id)
    if (role === 'owner' || next === 'owner') await requirePermission(c, deps, 'manageOwners')
  }

  serve(
    {
      method: 'get',
      path: all,
      summary: 'List the members of a team',
      needs: 'seeMembers',
      query: pageQuery,
      answers: { 200: { schema: pageOf(member), description: 'A page of them, by name.' } },
    },
    async (c, { query }) => reply(c, await store.listMembers(c.get('team').id, query)),
  )

  serve(
    {
      method: 'patch',
      path: one,
      summary: 'Change a member’s role',
      needs: 'manageMembers',
      confirm: true,
      params: byId,
      body: memberChange,
      answers: { 200: { schema: member, description: 'The member, with the new role.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { params: { id }, body: { role } }) => {
      const teamId = c.get('team').id
      await requireForOwners(c, id, role)
      await store.changeRole(teamId, id, role, auditContext(c, deps))
      return reply(c, await store.member(teamId, id))
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: 'Remove a member, or leave the team',
      needs: 'seeMembers',
      confirm: true,
      params: byId,
      answers: { 200: { schema: byId, description: 'Their sessions and their keys in this team have ended.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { params: { id } }) => {
      if (id !== c.get('principal').user.id) {
        await requirePermission(c, deps, 'manageMembers')
        await requireForOwners(c, id)
      }
      await store.removeMember(c.get('team').id, id, auditContext(c, deps))
      return reply(c, { id })
    },
  )
}
