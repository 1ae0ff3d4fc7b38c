import { expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'

const api = await openTestApp()

it('a rename of a person keeps the old and the new name in the trail of each of their teams', async () => {
  const [team, other] = [await api.newTeam('A'), await api.newTeam('B')]
  const person = await team.join('member', 'Lin')
  const { token } = (await other.request<{ token: string }>('POST', '/v1/invites', { role: 'viewer' })).json
  await person.request('POST', '/v1/invitation/acceptance', { token })
  for (const name of ['Lin Chen', 'Lin Chen']) {
    expect((await person.request('PATCH', '/v1/account', { name })).status).toBe(200)
  }
  for (const each of [team, other]) {
    const { json } = await each.request<Page<AuditRecord>>('GET', '/v1/audit?action=account.change')
    expect(json.items).toMatchObject([
      { by: { id: person.id, name: 'Lin' }, name: 'Lin Chen', detail: 'name: Lin → Lin Chen' },
    ])
  }
})

it('a rename of a project or a cluster keeps the old and the new name in the trail', async () => {
  const team = await api.newTeam()
  for (const kind of ['project', 'cluster'] as const) {
    const { id } = await team.scope(kind, 'before')
    expect((await team.request('PATCH', `/v1/${kind}s/${id}`, { name: 'after' })).status).toBe(200)
    const { json } = await team.request<Page<AuditRecord>>('GET', `/v1/audit?action=${kind}.change`)
    expect(json.items).toMatchObject([{ scope: { name: 'before' }, detail: 'renamed to after' }])
  }
})
