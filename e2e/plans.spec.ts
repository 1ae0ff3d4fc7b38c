import type { APIRequestContext, Page } from '@playwright/test'
import type { ScopeKind } from '#shared/scope.ts'
import { pageButton } from './pages/page-button.ts'
import type { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { accessibilityViolations } from './support/accessibility-violations.ts'
import { setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import type { ServerProcess } from './support/server-process.ts'
import { proofIn } from './support/session.ts'
import { tabTo } from './support/tab-to.ts'
import { emptyScope, fill, openSecrets, secretsOf, type TestScope } from './support/test-scopes.ts'

// Plans: what a change will affect, shown before it is made. Each test has its own team, so that it can count workload
// environments.

type ScopesOfTeam = Record<ScopeKind, TestScope> & { other: TestScope }
type Test = { page: Page; server: ServerProcess }

/** Opens a team with two projects and a cluster, which make six workload environments. */
const openTeam = async ({ page, server }: Test): Promise<ScopesOfTeam> => {
  await setUp(page, server)
  await new TeamPages(page).load('settings/clusters', 'Team settings')
  const other = await emptyScope(page, 'project')
  return {
    other,
    team: await emptyScope(page, 'team'),
    cluster: await emptyScope(page, 'cluster'),
    project: await emptyScope(page, 'project'),
  }
}

/** Signs in another member of the same team. */
const otherMember = async (request: APIRequestContext, page: Page) => {
  const { cookies, origins } = await page.context().storageState()
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ')
  const origin = new URL(page.url()).origin
  return async (method: 'POST' | 'DELETE', path: string, data?: unknown) => {
    const headers = { cookie, origin, ...proofIn({ origins }) }
    const answer = await request.fetch(`/v1/${path}`, { method, headers, ...(data ? { data } : {}) })
    expect(answer.ok()).toBe(true)
  }
}

const value = { value: 'a value' }

test('a deletion shows its fallbacks before it is confirmed, and the environment shows them afterwards', {
  tag: '@journey',
}, async ({ page, server }) => {
  const { team, cluster, project } = await openTeam({ page, server })
  for (const scope of [team, cluster, project]) await fill(page, scope, ['TOKEN'])

  await test.step('in the project: the cluster’s value there, the team’s elsewhere', async () => {
    const secrets = await openSecrets(page, project)
    const confirm = await secrets.askToDelete('TOKEN')
    await expect(secrets.dialog).toContainText('2 of 6 pairs of project and cluster get another value.')
    const [bare, there] = [
      `Project ${project.name} without cluster`,
      `Project ${project.name} on cluster ${cluster.name}`,
    ]
    await expect(secrets.dialog).toContainText(`${bare} will use the team’s value.`)
    await expect(secrets.dialog).toContainText(`${there} will use the value of cluster ${cluster.name}.`)
    await expect(secrets.dialog).toContainText('No workload has used it in the past 30 days.')
    expect(await accessibilityViolations(page)).toEqual([])
    await confirm.click()
    await secrets.toSay('Deleted TOKEN')
  })
  await test.step('in the cluster: the team’s value, for all of its projects', async () => {
    const secrets = await openSecrets(page, cluster)
    await expect(secrets.row('TOKEN')).toContainText('overrides team')
    await expect(secrets.row('TOKEN')).not.toContainText('overridden')
    const confirm = await secrets.askToDelete('TOKEN')
    await expect(secrets.dialog).toContainText('3 pairs will use the team’s value.')
    await expect(secrets.dialog).toContainText(`cluster ${cluster.name} without project, in project `)
    await confirm.click()
    await secrets.toSay('Deleted TOKEN')
  })
  await test.step('in the team: nothing', async () => {
    const secrets = await openSecrets(page, team)
    await expect(secrets.row('TOKEN')).not.toContainText('overrid')
    await secrets.askToDelete('TOKEN')
    await expect(secrets.dialog).toContainText('All 6 pairs of project and cluster get nothing any more.')
    await expect(secrets.dialog).toContainText('Workloads that refer to it will not start.')
  })
})

test('a deletion asks again when its plan has changed meanwhile', async ({ page, server, request, expectedErrors }) => {
  expectedErrors.push(answered(409))
  const { team, project } = await openTeam({ page, server })
  for (const scope of [team, project]) await fill(page, scope, ['TOKEN'])
  const secrets = await openSecrets(page, project)
  const other = await otherMember(request, page)
  const confirm = await secrets.askToDelete('TOKEN')
  await expect(secrets.dialog).toContainText('2 pairs will use the team’s value.')

  await other('DELETE', `${secretsOf(team)}/TOKEN`)
  await confirm.click()
  await expect(secrets.dialog.getByRole('alert')).toContainText('What this touches has changed meanwhile.')
  await expect(secrets.dialog).toContainText('2 of 6 pairs of project and cluster get nothing any more.')
  await expect(secrets.dialog).not.toContainText('the team’s value')
  await expect(confirm).toBeFocused()
  expect(await accessibilityViolations(page)).toEqual([])

  await confirm.click()
  await secrets.toSay('Deleted TOKEN')
  await expect(secrets.row('TOKEN')).toHaveCount(0)
})

test('the form shows what a new name will affect and asks again when the plan has changed', async ({
  page,
  server,
  request,
  expectedErrors,
}) => {
  expectedErrors.push(answered(409))
  const { team, project } = await openTeam({ page, server })
  await fill(page, team, ['TOKEN'])
  const secrets = await openSecrets(page, project)
  const other = await otherMember(request, page)
  const planned: (string | null)[] = []
  page.on('request', (sent) => {
    if (sent.url().includes('dryRun')) planned.push(sent.postData())
  })
  await secrets.type('TOKEN', 'a value that is not planned')
  await expect(secrets.form).toContainText('2 of 6 pairs of project and cluster get this value.')
  await expect(secrets.form).toContainText('2 pairs will get this value instead of the team’s value.')
  expect(await accessibilityViolations(page)).toEqual([])

  await test.step('an invalid name has no plan, and another name has its own', async () => {
    await secrets.name.fill('no name')
    await expect(secrets.form.getByText('instead of the team’s value')).toBeHidden()
    await secrets.name.fill('NEW')
    await expect(secrets.form.getByText('instead of the team’s value')).toHaveCount(0)
    await expect(secrets.form.getByText('2 of 6 pairs of project and cluster get this value.')).toBeVisible()
  })
  await test.step('an unchanged plan adds the secret at once', async () => {
    await secrets.add.click()
    await expect(secrets.row('NEW')).toBeVisible()
    await secrets.type('TOKEN', 'a value that is not planned')
    await expect(secrets.form.getByText('instead of the team’s value')).toBeVisible()
  })
  await test.step('the typed value stays when the plan has changed', async () => {
    await other('DELETE', `${secretsOf(team)}/TOKEN`)
    await secrets.add.click()
    await expect(secrets.form).toContainText('What this touches has changed meanwhile. Nothing was stored.')
    await expect(secrets.form).not.toContainText('instead of the team’s value')
    await expect(secrets.value).toHaveValue('a value that is not planned')
    await expect(secrets.rows).toHaveCount(1)
    expect(await accessibilityViolations(page)).toEqual([])
    await secrets.add.click()
    await expect(secrets.row('TOKEN')).toBeVisible()
    await expect(secrets.name).toHaveValue('')
    await expect(secrets.form.getByText('What this touches')).toBeHidden()
  })
  // Each plan is requested without the value, and only when the name is complete.
  expect(new Set(planned)).toEqual(new Set(['{}']))
})

test('the form warns that a name exists before it is added and shows what replacing it will affect', async ({
  page,
  server,
  request,
  expectedErrors,
}) => {
  expectedErrors.push(answered(409))
  const { cluster, project } = await openTeam({ page, server })
  await fill(page, cluster, ['TOKEN'])
  const secrets = await openSecrets(page, cluster)
  const other = await otherMember(request, page)
  await secrets.type('TOKEN', 'a value')
  await expect(secrets.form).toContainText('TOKEN is stored here already, set just now by Ada Lovelace.')
  await expect(secrets.form).toContainText('3 of 6 pairs of project and cluster get the new value.')
  await secrets.add.click()
  await expect(secrets.offer).toBeVisible()

  await other('POST', secretsOf(project), { name: 'TOKEN', ...value })
  const replace = secrets.offer.getByRole('button', { name: 'Replace' })
  await replace.click()
  await expect(secrets.form).toContainText('2 of 6 pairs of project and cluster get the new value.')
  await replace.click()
  await secrets.toSay('Replaced TOKEN')
})

test('the form shows what a new value will affect and keeps the typed value when the plan has changed', async ({
  page,
  server,
  request,
  expectedErrors,
}) => {
  expectedErrors.push(answered(409))
  const { team, project } = await openTeam({ page, server })
  await fill(page, team, ['TOKEN'])
  const secrets = await openSecrets(page, team)
  const other = await otherMember(request, page)
  await secrets.editButton('TOKEN').click()
  const form = secrets.editForm('TOKEN')
  await expect(form).toContainText('All 6 pairs of project and cluster get the new value.')
  await other('POST', secretsOf(project), { name: 'TOKEN', ...value })
  const field = form.getByRole('textbox', { name: 'Value' })
  await field.fill('a newer value')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form).toContainText('What this touches has changed meanwhile. Nothing was stored.')
  await expect(form).toContainText('4 of 6 pairs of project and cluster get the new value.')
  await expect(field).toHaveValue('a newer value')
  expect(await accessibilityViolations(page)).toEqual([])
  await form.getByRole('button', { name: 'Save' }).click()
  await secrets.toSay('Saved TOKEN')
})

test('a failed plan does not block cancelling or deleting', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(500))
  const { project } = await openTeam({ page, server })
  await fill(page, project, ['TOKEN', 'OTHER'])
  const secrets = await openSecrets(page, project)
  const confirm = secrets.dialog.getByRole('button', { name: 'Delete TOKEN' })
  let answer = (): void => undefined
  const waiting = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route('**/secrets/TOKEN?dryRun=true', async (route) => {
    await waiting
    await route.fulfill({ status: 500 }).catch(() => undefined)
  })

  await test.step('while the plan loads', async () => {
    await secrets.deleteButton('TOKEN').click()
    const cancel = secrets.dialog.getByRole('button', { name: 'Cancel' })
    await expect(cancel).toBeFocused()
    await expect(confirm).toHaveAccessibleDescription('Wait until it is told what this touches.')
    await expect(confirm).toBeDisabled()
    expect(await accessibilityViolations(page)).toEqual([])
    await cancel.click()
    await expect(secrets.dialog).toHaveCount(0)
  })
  await test.step('when the plan failed', async () => {
    answer()
    await secrets.deleteButton('TOKEN').click()
    await expect(secrets.dialog).toContainText('What this touches could not be told.')
    await expect(secrets.dialog).toContainText('You can delete it without knowing.')
    expect(await accessibilityViolations(page)).toEqual([])
    await confirm.click()
    await secrets.toSay('Deleted TOKEN')
    await expect(secrets.undoButton('TOKEN')).toBeFocused()
  })
})

test('a project is deleted as planned, or the dialog asks again', async ({ page, server, request, expectedErrors }) => {
  expectedErrors.push(answered(409))
  const { project } = await openTeam({ page, server })
  await fill(page, project, ['TOKEN'])
  await openSecrets(page, project)
  const other = await otherMember(request, page)
  await pageButton(page, 'Delete project').click()
  const dialog = page.getByRole('alertdialog')
  await expect(dialog).toContainText('1 secret is deleted with it. Workloads that name it will not start.')
  await other('POST', secretsOf(project), { name: 'LATER', ...value })
  await dialog.getByRole('textbox').fill(project.name)
  await dialog.getByRole('button', { name: 'Delete project' }).click()
  await expect(dialog).toContainText('What this touches has changed meanwhile.')
  await expect(dialog).toContainText('2 secrets are deleted with it.')
  expect(await accessibilityViolations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Delete project' }).click()
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Projects')
})

test('a plan is read and confirmed with the keyboard only', async ({ page, server, request, expectedErrors }) => {
  expectedErrors.push(answered(409))
  const { team, project } = await openTeam({ page, server })
  for (const scope of [team, project]) await fill(page, scope, ['TOKEN'])
  const secrets: SecretsPage = await openSecrets(page, project)
  const other = await otherMember(request, page)
  await tabTo(page, secrets.deleteButton('TOKEN'))
  await page.keyboard.press('Enter')
  await expect(secrets.dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await expect(secrets.dialog).toHaveAccessibleDescription(/2 of 6 pairs .* get another value\./)
  await other('DELETE', `${secretsOf(team)}/TOKEN`)
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(secrets.dialog.getByRole('alert')).toBeVisible()
  await page.keyboard.press('Enter')
  await secrets.toSay('Deleted TOKEN')
  await expect(secrets.undoButton('TOKEN')).toBeFocused()
})
