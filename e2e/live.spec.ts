import type { Browser, Page } from '@playwright/test'
import { HistoryView } from './pages/history-view.ts'
import { pageButton } from './pages/page-button.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import type { ServerProcess } from './support/server-process.ts'
import { proofOf } from './support/session.ts'
import { ask, emptyScope, fill, openSecrets, secretsOf } from './support/test-scopes.ts'

/** Opens a page in another browser that is signed in with the same cookies. */
const secondBrowser = async (browser: Browser, page: Page, { address }: ServerProcess): Promise<Page> => {
  const storageState = await page.context().storageState()
  const context = await browser.newContext({ baseURL: address, reducedMotion: 'reduce', storageState })
  return context.newPage()
}

test('two browsers show each other’s changes without a reload', { tag: '@journey' }, async ({
  page,
  browser,
  server,
}) => {
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  const scope = await emptyScope(page, 'project')
  await fill(page, scope, ['KEPT', 'TYPED'])
  const other = await secondBrowser(browser, page, server)
  await new TeamPages(other).load('projects', 'Projects')

  await test.step('a new project appears in the other browser and counts its secrets', async () => {
    const made = await emptyScope(page, 'project')
    await expect(new TeamPages(other).row('project', made.name)).toBeVisible()
    await fill(page, made, ['A'])
    await expect(new TeamPages(other).row('project', made.name)).toContainText('1 secret')
  })

  await page.reload()
  const [mine, theirs] = [await openSecrets(page, scope), await openSecrets(other, scope)]
  await expect(theirs.rows).toHaveCount(2)
  const remove = (name: string) => ask(page, 'DELETE', `${secretsOf(scope)}/${name}`)

  await test.step('an added and a deleted secret', async () => {
    await mine.store('ADDED', 'a value')
    await expect(theirs.row('ADDED')).toBeVisible()
    await remove('ADDED')
    await expect(theirs.row('ADDED')).toHaveCount(0)
    await expect(mine.row('ADDED')).toHaveCount(0)
  })

  await test.step('typed text stays, also in the row of a deleted secret', async () => {
    await theirs.type('HALF', 'half a value')
    await theirs.editButton('TYPED').click()
    const value = theirs.editForm('TYPED').getByRole('textbox')
    await value.fill('a new value')
    await remove('TYPED')
    await expect(mine.row('TYPED')).toHaveCount(0)
    await mine.store('LATER', 'a value')
    await expect(theirs.row('LATER')).toBeVisible()
    await expect(value).toHaveValue('a new value')
    await expect(theirs.name).toHaveValue('HALF')
    await expect(theirs.value).toHaveValue('half a value')
    await theirs.editForm('TYPED').getByRole('button', { name: 'Cancel' }).click()
    await expect(theirs.row('TYPED')).toHaveCount(0)
  })

  await test.step('after the server was restarted, too', async () => {
    await server.stop()
    await server.start()
    await mine.store('AFTER_RESTART', 'a value')
    await expect(theirs.row('AFTER_RESTART')).toBeVisible({ timeout: 30_000 })
  })
  await other.context().close()
})

test('a page that deletes a project does not request it again, even if the notice arrives before the answer', async ({
  page,
  browser,
  server,
}) => {
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  const scope = await emptyScope(page, 'project')
  const other = await secondBrowser(browser, page, server)
  await new TeamPages(other).load('projects', 'Projects')
  const row = new TeamPages(other).row('project', scope.name)
  await expect(row).toBeVisible()

  await page.reload()
  await openSecrets(page, scope)
  await page.route(`**/v1/projects/${scope.id}*`, async (route) => {
    const request = route.request()
    if (request.method() !== 'DELETE' || request.url().includes('dryRun')) return route.fallback()
    const response = await route.fetch()
    // By now the other browser has received the notice, and so has this one.
    await expect(row).toHaveCount(0)
    await route.fulfill({ response })
  })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes(scope.id)) asked.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  await pageButton(page, 'Delete project').click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('textbox').fill(scope.name)
  const confirm = dialog.getByRole('button', { name: 'Delete project' })
  await expect(confirm).toBeEnabled()
  asked.length = 0
  await confirm.click()
  await expect(page.getByText(`Deleted ${scope.name}`)).toBeAttached()
  await expect(new TeamPages(page).row('project', scope.name)).toHaveCount(0)
  expect(asked).toEqual([`DELETE /v1/projects/${scope.id}`])
  await other.context().close()
})

test('pages poll when the event stream is blocked', async ({ page, browser, server, expectedErrors }) => {
  expectedErrors.push(answered(502))
  await page.clock.install()
  await page.route('**/v1/events', (route) => route.fulfill({ status: 502, body: 'no streams here' }))
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  const scope = await emptyScope(page, 'project')
  await page.reload()
  await openSecrets(page, scope)
  const other = await secondBrowser(browser, page, server)
  await new TeamPages(other).load('projects', 'Projects')
  await (await openSecrets(other, scope)).store('FROM_ELSEWHERE', 'a value')
  await page.clock.fastForward(16_000)
  await expect(new SecretsPage(page).row('FROM_ELSEWHERE')).toBeVisible()
  await other.context().close()
})

test('a list shows a page of rows that is requested while the list reloads', async ({ page, server }) => {
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  const scope = await emptyScope(page, 'project')
  const set = async (value: string) => {
    const headers = await proofOf(page)
    const put = await page.request.put(`/v1/${secretsOf(scope)}/API_KEY`, { data: { value }, headers })
    expect(put.ok()).toBe(true)
  }
  for (let count = 1; count <= 9; count++) await set(`value ${count}`)
  await openSecrets(page, scope)
  const history = new HistoryView(page, 'API_KEY')
  await history.opener.click()
  await expect(history.rows).toHaveCount(5)

  // Delays the first request for more rows until the list has reloaded.
  let asked = 0
  await page.route(/\/versions\?.*after=/, async (route) => {
    if (asked++ > 0) return route.continue()
    const readAnew = page.waitForResponse((response) => /\/versions\?(?!.*after=)/.test(response.url()))
    await set('value 10')
    await readAnew
    // The page has cancelled it by then.
    await route.continue().catch(() => undefined)
  })
  await history.more.click()
  await expect(history.rows).toHaveCount(10)
  await expect(history.rows.first()).toContainText('Version 10')
  await expect(history.more).toHaveCount(0)
})
