import type { APIRequestContext, APIResponse, Locator, Page } from '@playwright/test'
import { onlyThoseMay, type Permission, permissions, roleMay, roles } from '#shared/people/role.ts'
import { ApiKeysPage } from './pages/api-keys-page.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TrashView } from './pages/trash-view.ts'
import { namespace } from './support/account-steps.ts'
import { addMember } from './support/add-member.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { proofIn, signedIn, useSession } from './support/session.ts'

/** IDs of what exists in the team. No member is chosen to see `hidden`. */
type ScopesOfTeam = { team: string; project: string; cluster: string; hidden: string }

/** Two ways to check a permission: the controls of a page, and a request to the API. */
type Ability = {
  looks?: { path: (scopes: ScopesOfTeam) => string; controls: (page: Page) => Locator[] }[]
  ask?: (request: APIRequestContext, scopes: ScopesOfTeam) => Promise<APIResponse>
}

const settings = (path: string) => () => `/${namespace}/settings/${path}`
const project = ({ project }: ScopesOfTeam) => `/${namespace}/projects/${project}/settings`
const cluster =
  (path = '') =>
  ({ cluster }: ScopesOfTeam) =>
    `/${namespace}/settings/clusters/${cluster}${path}`

/** The secret that is stored in each scope, and the one that was deleted from it. */
const stored = 'STORED'
const deleted = 'DELETED'
const secretControls = (page: Page) => {
  const secrets = new SecretsPage(page)
  return [secrets.add, secrets.editButton(stored), secrets.deleteButton(stored)]
}
const trashControls = (page: Page) => {
  const trash = new TrashView(page)
  // The team's trash has one secret of each role tested before.
  return [trash.restore(deleted).first(), trash.purge(deleted).first()]
}
const button =
  (...names: string[]) =>
  (page: Page) =>
    names.map((name) => page.getByRole('button', { name, exact: true }))

// Lists every permission, so that the compiler requires an entry for a new one.
const abilities: Record<Permission, Ability> = {
  seeNames: { ask: (request) => request.get('/v1/projects') },
  setProjectSecrets: {
    looks: [
      { path: project, controls: secretControls },
      { path: (scopes) => `${project(scopes)}?view=trash`, controls: trashControls },
    ],
    ask: (request, { project }) => request.put(`/v1/projects/${project}/secrets/${stored}`, { data: { value: 'a' } }),
  },
  setSharedSecrets: {
    looks: [
      { path: settings('secrets'), controls: secretControls },
      { path: settings('secrets?view=trash'), controls: trashControls },
      { path: cluster('/secrets'), controls: secretControls },
    ],
    ask: (request, { cluster }) => request.put(`/v1/clusters/${cluster}/secrets/${stored}`, { data: { value: 'a' } }),
  },
  changeScopes: {
    looks: [
      { path: () => `/${namespace}/projects`, controls: button('New project') },
      { path: settings('clusters'), controls: button('New cluster') },
      { path: project, controls: button('Save name', 'Delete project') },
      { path: cluster(), controls: button('Save changes', 'Delete cluster') },
    ],
    ask: (request) => request.post('/v1/projects', { data: { name: 'Made by a role' } }),
  },
  // Only keys run workloads.
  runWorkloads: {},
  makeKeys: {
    looks: [{ path: settings('api-keys'), controls: (page) => [new ApiKeysPage(page).add] }],
    ask: (request) => request.post('/v1/api-keys', { data: { name: 'made by a role' } }),
  },
  allowLogins: {
    ask: async (request) => {
      const asked = { device: 'ada@laptop', challenge: '0'.repeat(64) }
      const { code } = await (await request.post('/v1/cli-logins', { data: asked })).json()
      return request.post('/v1/cli-logins/allowance', { data: { code } })
    },
  },
  manageKeys: {
    looks: [{ path: settings('api-keys'), controls: () => [] }],
    ask: (request) => request.get('/v1/api-keys?of=others'),
  },
  seeMembers: { ask: (request) => request.get('/v1/members') },
  manageMembers: {
    looks: [{ path: settings('members'), controls: button('Create invite link') }],
    ask: (request) => request.post('/v1/invites', { data: { role: 'viewer' } }),
  },
  manageOwners: { ask: (request) => request.post('/v1/invites', { data: { role: 'owner' } }) },
  chooseProjectAccess: {
    looks: [{ path: project, controls: button('Save access') }],
    ask: (request, { project }) => request.put(`/v1/projects/${project}/access`, { data: { access: 'all' } }),
  },
  seeAllProjects: { ask: (request, { hidden }) => request.get(`/v1/projects/${hidden}`) },
  seeAudit: {
    looks: [{ path: settings('audit'), controls: button('Public key') }],
    ask: (request) => request.get('/v1/audit'),
  },
  exportAudit: {
    looks: [{ path: settings('audit'), controls: button('Export') }],
    ask: (request) => request.get('/v1/audit/export'),
  },
  changeTeam: {
    looks: [{ path: settings('general'), controls: button('Save team') }],
    ask: (request, { team }) => request.patch(`/v1/teams/${team}`, { data: { name: 'Gradient Next' } }),
  },
  // A request that is not refused would delete the team of this test.
  deleteTeam: { looks: [{ path: settings('general'), controls: button('Delete team') }] },
}

const createScopes = async (owner: APIRequestContext): Promise<ScopesOfTeam> => {
  const made = async (path: string, data: unknown): Promise<string> =>
    (await (await owner.post(`/v1/${path}`, { data })).json()).id
  const scopes = {
    team: (await (await owner.get('/v1/session')).json()).team.id,
    project: await made('projects', { name: 'Seen' }),
    cluster: await made('clusters', { name: 'Seen', type: 'vm' }),
    hidden: await made('projects', { name: 'Hidden' }),
  }
  await owner.put(`/v1/projects/${scopes.hidden}/access`, { data: { access: 'chosen', people: [] } })
  for (const scope of [`teams/${scopes.team}`, `projects/${scopes.project}`, `clusters/${scopes.cluster}`]) {
    for (const name of [stored, deleted])
      await owner.put(`/v1/${scope}/secrets/${name}`, { data: { value: 'a value' } })
    await owner.delete(`/v1/${scope}/secrets/${deleted}`)
  }
  return scopes
}

for (const role of roles) {
  test(`a member with the role ${role} sees and may do what the table of roles says`, async ({
    page,
    playwright,
    installation,
    expectedErrors,
  }) => {
    expectedErrors.push(answered(403), answered(404))
    test.setTimeout(240_000)
    const baseURL = installation.address
    const owner = await playwright.request.newContext(signedIn(installation))
    const nobody = await playwright.request.newContext({ baseURL, storageState: { cookies: [], origins: [] } })
    const scopes = await createScopes(owner)
    const { session } = await addMember(owner, nobody, role)
    await useSession(page, session)
    const theirs = await playwright.request.newContext(signedIn({ address: baseURL, session }))

    for (const permission of Object.keys(permissions) as Permission[]) {
      const { looks = [], ask } = abilities[permission]
      const may = roleMay(role, permission)
      const reason = onlyThoseMay(permission)
      await test.step(`${may ? 'may' : 'may not'} ${permissions[permission].words}`, async () => {
        for (const { path, controls } of looks) {
          await page.goto(path(scopes))
          await expect(page.getByRole('status').filter({ hasText: 'Loading…' })).toHaveCount(0)
          for (const control of controls(page)) {
            await expect(control).toBeVisible()
            if (may) await expect(control).toBeEnabled()
            else await expect(control).toHaveAccessibleDescription(reason)
            if (!may) await expect(control).toBeDisabled()
          }
          // The page itself says so, too, for users who neither hover over a control nor hear its description.
          const explanation = page.getByRole('paragraph').filter({ hasText: reason })
          if (may) await expect(explanation).toHaveCount(0)
          else await expect(explanation.first()).toBeVisible()
        }
        const answer = await ask?.(theirs, scopes)
        if (answer) expect([answer.ok(), answer.status()]).toEqual([may, may ? answer.status() : refusalOf(permission)])
      })
    }
    await test.step('a disabled control does nothing', async () => {
      await page.goto(`/${namespace}/projects`)
      await page.getByRole('button', { name: 'New project' }).click({ force: true })
      await expect(page.getByRole('dialog')).toHaveCount(roleMay(role, 'changeScopes') ? 1 : 0)
    })
    await test.step('a project secret is set where permitted', async () => {
      if (!roleMay(role, 'setProjectSecrets')) return
      await page.goto(project(scopes))
      await new SecretsPage(page).store(`BY_${role}`, 'a value')
    })
    await owner.dispose()
    await nobody.dispose()
    await theirs.dispose()
  })
}

/** Returns the status of a refusal. A hidden project is reported as missing. */
const refusalOf = (permission: Permission): number => (permission === 'seeAllProjects' ? 404 : 403)

test('an owner sees the owners of other members’ keys and revokes one', async ({ page, playwright, installation }) => {
  const baseURL = installation.address
  const owner = await playwright.request.newContext(signedIn(installation))
  const theirs = await playwright.request.newContext({ baseURL, storageState: { cookies: [], origins: [] } })
  const { name, session } = await addMember(owner, theirs, 'member')
  const made = await theirs.post('/v1/api-keys', { data: { name: 'nightly' }, headers: proofIn(session) })
  const { key } = await made.json()
  const keys = new ApiKeysPage(page)
  await keys.load()
  const row = keys.others.filter({ hasText: `nightly — ${name}` })
  await expect(row).toContainText('never used')
  await row.getByRole('button', { name: `Revoke nightly of ${name}` }).click()
  await keys.question.getByRole('button', { name: 'Revoke nightly' }).click()
  await expect(row).toHaveCount(0)
  const refused = await owner.get('/v1/projects', { headers: { cookie: '', 'x-api-key': key } })
  expect(refused.status()).toBe(401)
  await owner.dispose()
  await theirs.dispose()
})
