import type { APIRequestContext, APIResponse, Locator, Page } from '@playwright/test'
import { onlyThoseMay, type Permission, permissions, roleMay, roles } from '#shared/people/role.ts'
import { ApiKeysPage } from './pages/api-keys-page.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TrashView } from './pages/trash-view.ts'
import { namespace } from './support/account-steps.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { invited } from './support/invited.ts'

/** What there is in the team, by id. Nobody is chosen to see `hidden`. */
type Places = { team: string; project: string; cluster: string; hidden: string }

/** How to find out whether somebody may: by the controls of a page, and by asking the API. */
type Ability = {
  looks?: { path: (places: Places) => string; controls: (page: Page) => Locator[] }[]
  ask?: (request: APIRequestContext, places: Places) => Promise<APIResponse>
}

const settings = (path: string) => () => `/${namespace}/settings/${path}`
const project = ({ project }: Places) => `/${namespace}/projects/${project}/settings`
const cluster =
  (path = '') =>
  ({ cluster }: Places) =>
    `/${namespace}/settings/clusters/${cluster}${path}`

/** The secret that is stored in each place, and the one that was deleted from it. */
const held = 'HELD'
const deleted = 'DELETED'
const secretControls = (page: Page) => {
  const secrets = new SecretsPage(page)
  return [secrets.add, secrets.editButton(held), secrets.deleteButton(held)]
}
const trashControls = (page: Page) => {
  const trash = new TrashView(page)
  // The team’s has one of each role that was before.
  return [trash.restore(deleted).first(), trash.purge(deleted).first()]
}
const button =
  (...names: string[]) =>
  (page: Page) =>
    names.map((name) => page.getByRole('button', { name, exact: true }))

// Of every permission, so that a new one cannot be forgotten.
const abilities: Record<Permission, Ability> = {
  seeNames: { ask: (request) => request.get('/v1/projects') },
  setProjectSecrets: {
    looks: [
      { path: project, controls: secretControls },
      { path: (places) => `${project(places)}?view=trash`, controls: trashControls },
    ],
    ask: (request, { project }) => request.put(`/v1/projects/${project}/secrets/${held}`, { data: { value: 'a' } }),
  },
  setSharedSecrets: {
    looks: [
      { path: settings('secrets'), controls: secretControls },
      { path: settings('secrets?view=trash'), controls: trashControls },
      { path: cluster('/secrets'), controls: secretControls },
    ],
    ask: (request, { cluster }) => request.put(`/v1/clusters/${cluster}/secrets/${held}`, { data: { value: 'a' } }),
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
  // Workloads are run with keys only.
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
    looks: [{ path: settings('audit'), controls: button('Export') }],
    ask: (request) => request.get('/v1/audit'),
  },
}

const makePlaces = async (owner: APIRequestContext): Promise<Places> => {
  const made = async (path: string, data: unknown): Promise<string> =>
    (await (await owner.post(`/v1/${path}`, { data })).json()).id
  const places = {
    team: (await (await owner.get('/v1/session')).json()).team.id,
    project: await made('projects', { name: 'Seen' }),
    cluster: await made('clusters', { name: 'Seen', type: 'vm' }),
    hidden: await made('projects', { name: 'Hidden' }),
  }
  await owner.put(`/v1/projects/${places.hidden}/access`, { data: { access: 'chosen', people: [] } })
  for (const scope of [`teams/${places.team}`, `projects/${places.project}`, `clusters/${places.cluster}`]) {
    for (const name of [held, deleted]) await owner.put(`/v1/${scope}/secrets/${name}`, { data: { value: 'a value' } })
    await owner.delete(`/v1/${scope}/secrets/${deleted}`)
  }
  return places
}

for (const role of roles) {
  test(`a person with the role ${role} sees and may do what the table of roles says`, async ({
    page,
    context,
    playwright,
    installation,
    expectedErrors,
  }) => {
    expectedErrors.push(answered(403), answered(404))
    test.setTimeout(240_000)
    const baseURL = installation.address
    const owner = await playwright.request.newContext({ baseURL, storageState: installation.session })
    const nobody = await playwright.request.newContext({ baseURL, storageState: { cookies: [], origins: [] } })
    const places = await makePlaces(owner)
    const { session } = await invited(owner, nobody, role)
    await context.clearCookies()
    await context.addCookies(session.cookies)

    for (const permission of Object.keys(permissions) as Permission[]) {
      const { looks = [], ask } = abilities[permission]
      const may = roleMay(role, permission)
      const reason = onlyThoseMay(permission)
      await test.step(`${may ? 'may' : 'may not'} ${permissions[permission].words}`, async () => {
        for (const { path, controls } of looks) {
          await page.goto(path(places))
          await expect(page.getByRole('status').filter({ hasText: 'Loading…' })).toHaveCount(0)
          for (const control of controls(page)) {
            await expect(control).toBeVisible()
            if (may) await expect(control).toBeEnabled()
            else await expect(control).toHaveAccessibleDescription(reason)
            if (!may) await expect(control).toBeDisabled()
          }
          // In the page itself, too, for those who neither point at a control nor hear its description.
          const told = page.getByRole('paragraph').filter({ hasText: reason })
          if (may) await expect(told).toHaveCount(0)
          else await expect(told.first()).toBeVisible()
        }
        const answer = await ask?.(page.request, places)
        if (answer) expect([answer.ok(), answer.status()]).toEqual([may, may ? answer.status() : refusalOf(permission)])
      })
    }
    await test.step('a control that may not be used does nothing', async () => {
      await page.goto(`/${namespace}/projects`)
      await page.getByRole('button', { name: 'New project' }).click({ force: true })
      await expect(page.getByRole('dialog')).toHaveCount(roleMay(role, 'changeScopes') ? 1 : 0)
    })
    await test.step('a secret of a project is set by who may', async () => {
      if (!roleMay(role, 'setProjectSecrets')) return
      await page.goto(project(places))
      await new SecretsPage(page).store(`BY_${role}`, 'a value')
    })
    await owner.dispose()
    await nobody.dispose()
  })
}

/** What somebody is told who may not see a thing: that there is none. */
const refusalOf = (permission: Permission): number => (permission === 'seeAllProjects' ? 404 : 403)

test('an owner sees whose the keys of the others are, and revokes one', async ({ page, playwright, installation }) => {
  const baseURL = installation.address
  const owner = await playwright.request.newContext({ baseURL, storageState: installation.session })
  const theirs = await playwright.request.newContext({ baseURL, storageState: { cookies: [], origins: [] } })
  const { name } = await invited(owner, theirs, 'member')
  const { key } = await (await theirs.post('/v1/api-keys', { data: { name: 'nightly' } })).json()
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
