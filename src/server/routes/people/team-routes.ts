import type { Context } from 'hono'
import { newId } from '#server/crypto/make-id.ts'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { endedForTeam, missingFactor } from '#server/http/authorize.ts'
import { requireScopeAccess } from '#server/http/key-limits.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder, usualFails } from '#server/http/route.ts'
import type { CheckTeam } from '#server/store/people/team-store.ts'
import { Failure } from '#shared/failure.ts'
import { pageOf } from '#shared/page.ts'
import { namespaceFrom } from '#shared/people/namespace.ts'
import { team, toTeam } from '#shared/people/session.ts'
import { newTeam, teamChange, teamDetails, teamOverview } from '#shared/people/team.ts'
import { deletedTeam } from '#shared/trash.ts'

const all = '/v1/teams'
const one = `${all}/{id}`
const deleted = '/v1/deleted-teams'

/** Adds the routes of teams, and of deleted ones. */
export const teamRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Teams')
  const { store, vault } = deps

  serve(
    {
      method: 'post',
      path: all,
      summary: 'Create a team',
      needs: 'person',
      body: newTeam,
      answers: { 201: { schema: team, description: 'It is created, and the person owns it.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN'],
    },
    async (c, { body: { name } }) => {
      const { teams } = c.get('principal')
      if (deps.teamCreation !== 'anyone' && !teams.some(({ role }) => role === 'owner')) throw onlyOwners()
      const id = newId('te')
      const dataKey = await vault.newDataKey(id, newId('dk'))
      const made = await store.createTeam({ id, name, namespace: namespaceFrom(name), dataKey }, auditContext(c, deps))
      return reply(c, toTeam(made), { status: 201 })
    },
  )

  serve(
    {
      method: 'get',
      path: one,
      summary: 'Get a team and its settings',
      needs: 'seeNames',
      params: byId,
      answers: { 200: { schema: teamOverview, description: 'The team.' } },
    },
    async (c) => {
      const { id } = c.get('team')
      await requireScopeAccess(c, deps, { kind: 'team', id })
      return reply(c, { ...c.get('team'), nearLimits: await store.nearLimits(id) })
    },
  )

  serve(
    {
      method: 'patch',
      path: one,
      summary: 'Change a team: its name, its address, what it asks of its people',
      needs: 'changeTeam',
      confirm: true,
      params: byId,
      body: teamChange,
      answers: { 200: { schema: teamDetails, description: 'The changed team.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { body }) => {
      // Who turns it on without one would be the first to be kept out.
      if (body.secondFactor === 'required' && missingFactor(c.get('principal'), { secondFactor: 'required' })) {
        throw factorFirst()
      }
      return reply(c, await store.changeTeam(c.get('team').id, body, auditContext(c, deps)))
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: 'Delete a team with everything in it',
      needs: 'deleteTeam',
      confirm: true,
      params: byId,
      answers: { 200: { schema: byId, description: 'It is in the trash of its owners.' } },
    },
    async (c) => {
      const { id } = c.get('team')
      await store.deleteTeam(id, auditContext(c, deps))
      return reply(c, { id })
    },
  )

  serve(
    {
      method: 'get',
      path: deleted,
      summary: 'List the deleted teams that you own, newest first',
      needs: 'person',
      query: pageQuery,
      answers: { 200: { schema: pageOf(deletedTeam), description: 'A page of them.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN'],
    },
    async (c, { query }) => reply(c, await store.listDeletedTeams(c.get('principal').user.id, query)),
  )

  serve(
    {
      method: 'post',
      path: `${deleted}/{id}/restoration`,
      summary: 'Put a deleted team back, with everything in it',
      needs: 'person',
      confirm: true,
      params: byId,
      answers: { 200: { schema: team, description: 'The team is back.' } },
    },
    async (c, { params: { id } }) => {
      return reply(c, toTeam(await store.restoreTeam(id, auditContext(c, deps), sessionCheck(c, deps))))
    },
  )

  serve(
    {
      method: 'delete',
      path: `${deleted}/{id}`,
      summary: 'Erase a deleted team with everything in it',
      needs: 'person',
      confirm: true,
      params: byId,
      answers: { 200: { schema: byId, description: 'It is gone. Its audit trail stays in the database.' } },
    },
    async (c, { params: { id } }) => {
      await store.purgeTeam(id, auditContext(c, deps), sessionCheck(c, deps))
      return reply(c, { id })
    },
  )
}

/** Asks of a session what the deleted team asked of it: its routes name no team that the guard could check. */
const sessionCheck =
  (c: Context<Env>, { now }: Pick<Deps, 'now'>): CheckTeam =>
  (team) => {
    const refusal = missingFactor(c.get('principal'), team) ?? endedForTeam(c.get('principal'), team, now())
    if (refusal) throw refusal
  }

const onlyOwners = (): Failure =>
  new Failure('FORBIDDEN', 'Only people who own a team may make another one. Ask an owner of one.')

const factorFirst = () => {
  const message = 'Set up a second factor for yourself first, on your account page. Then require it of others.'
  return new Failure('CONFLICT', message, { issues: [{ message, path: ['secondFactor'] }] })
}
