import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import { TeamPages } from './pages/team-pages.ts'
import { setUp } from './support/account-steps.ts'
import { expect, testAlone as test } from './support/fixtures.ts'
import { emptyScope, openSecrets, type TestScope } from './support/test-scopes.ts'

test('a restart keeps the names and the session', async ({ page, server }) => {
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  const scopes: Partial<Record<ScopeKind, TestScope>> = {}
  for (const kind of scopeKinds) scopes[kind] = await emptyScope(page, kind)
  await page.reload()
  const openScope = (kind: ScopeKind) => openSecrets(page, scopes[kind] as TestScope)
  for (const kind of scopeKinds) await (await openScope(kind)).store(`KEPT_IN_${kind}`, 'a value')

  await server.stop()
  await server.start()
  await page.reload()
  for (const kind of scopeKinds) {
    const secrets = await openScope(kind)
    await expect(secrets.row(`KEPT_IN_${kind}`)).toContainText('by Ada Lovelace')
    await expect(secrets.rows).toHaveCount(1)
  }
})

test('pages show that the server is unreachable and recover when it is back', async ({ page, server }) => {
  const pages = new TeamPages(page)
  await setUp(page, server)
  await pages.load('projects', 'Projects')
  const [seen, unseen] = [await emptyScope(page, 'project'), await emptyScope(page, 'project')]
  await page.reload()
  const secrets = await openSecrets(page, seen)
  await pages.openProjects()

  await test.step('a page that fails to load offers a retry', async () => {
    await server.stop()
    await pages.row('project', unseen.name).getByRole('link').click()
    const failed = page.getByRole('alert').filter({ hasText: 'The project could not be loaded.' })
    await expect(failed).toContainText('The server cannot be reached. Check the connection, then try again.')
    await server.start()
    await failed.getByRole('button', { name: 'Retry' }).click()
    await expect(pages.heading).toHaveText(unseen.name)
    await expect(page.getByText('No secrets have been stored in this project yet')).toBeVisible()
  })
  await test.step('a value that fails to send stays in the form', async () => {
    await server.stop()
    await secrets.type('API_KEY', 'a value')
    await secrets.add.click()
    await expect(secrets.form.getByRole('alert')).toContainText('The server cannot be reached.')
    await expect(secrets.name).toHaveValue('API_KEY')
    await expect(secrets.value).toHaveValue('a value')
    await server.start()
    await secrets.add.click()
    await expect(secrets.row('API_KEY')).toBeVisible()
    await expect(secrets.form.getByRole('alert')).toHaveCount(0)
  })
})

test('a page whose code fails to load can be reloaded', async ({ page, server, expectedErrors }) => {
  // React and the router log the errors that they catch.
  expectedErrors.push(/Failed to fetch dynamically imported module/)
  const pages = new TeamPages(page)
  await setUp(page, server)
  await pages.load('projects', 'Projects')
  await server.stop()
  await page.getByRole('link', { name: 'Team settings' }).click()
  await expect(pages.heading).toHaveText('This page failed')
  await server.start()
  await page.getByRole('button', { name: 'Reload page' }).click()
  await expect(pages.heading).toHaveText('Team settings')
})
