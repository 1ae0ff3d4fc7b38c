import type { Locator, Page } from '@playwright/test'
import { HistoryView } from './pages/history-view.ts'
import { pageButton } from './pages/page-button.ts'
import { TeamPages } from './pages/team-pages.ts'
import { namespace } from './support/account-steps.ts'
import { failRequests } from './support/failing-requests.ts'
import { answered, expect, test } from './support/fixtures.ts'
import type { Sample } from './support/sample.ts'
import { ask, emptyScope, secretsOf, startElsewhere } from './support/test-scopes.ts'

// Parts that fail to load show an error and can be retried. The button stays in place until there is an answer.

const retryIn = (page: Page) => {
  const failed = page.getByRole('alert').filter({ hasText: 'could not be loaded' })
  return { failed, retry: failed.getByRole('button') }
}

/** Presses the button while nothing answers: it shows that it is busy and keeps the focus. */
const pressByKeyboard = async (retry: Locator): Promise<void> => {
  await retry.focus()
  await retry.press('Enter')
  await expect(retry).toHaveAccessibleName('Retrying…')
  await expect(retry).toBeFocused()
}

type Part = {
  what: string
  /** Tells tests of the same part apart in their titles. */
  detail?: string
  path: (sample: Sample) => string
  requests: string | RegExp
  /** Triggers the failing request where the page does not send it on its own. */
  open?: (page: Page, sample: Sample) => Promise<void>
}

const inTeam = (page: string) => () => `/${namespace}/${page}`
const inProject = ({ project }: Sample) => `/${namespace}/projects/${project}/settings`

const parts: readonly Part[] = [
  { what: 'The team', path: inTeam('projects'), requests: '**/v1/session' },
  { what: 'The projects', path: inTeam('projects'), requests: '**/v1/projects?*' },
  {
    // Other projects exist, which must not be mistaken for the filtered ones.
    what: 'The projects',
    detail: ' that a filter keeps',
    path: inTeam('projects'),
    requests: /\/v1\/projects\?.*q=A-project/,
    open: (page) => page.getByRole('searchbox', { name: 'Filter projects' }).fill('A-project'),
  },
  {
    what: 'The project',
    path: inProject,
    requests: /\/v1\/projects\/[^/]+$/,
  },
  {
    what: 'Who may see the project',
    path: inProject,
    requests: '**/access',
  },
  { what: 'What workloads get', path: inTeam('settings/environment'), requests: '**/v1/effective*' },
  { what: 'The names', path: inTeam('settings/secrets'), requests: '**/secrets?*' },
  { what: 'The trash', path: inTeam('settings/secrets?view=trash'), requests: '**/trash?*' },
  {
    what: 'The history',
    path: inProject,
    requests: '**/versions?*',
    open: (page, { secret }) => new HistoryView(page, secret).opener.click(),
  },
  { what: 'The keys', path: inTeam('settings/api-keys'), requests: /\/api-keys\?.*of=me/ },
  { what: 'The members', path: inTeam('settings/members'), requests: '**/v1/members?*' },
  { what: 'The open invites', path: inTeam('settings/members'), requests: '**/v1/invites?*' },
  { what: 'The audit trail', path: inTeam('settings/audit'), requests: '**/v1/audit?*' },
  { what: 'Your account', path: inTeam('account'), requests: '**/v1/account' },
  { what: 'Your session', path: () => '/cli-login', requests: '**/v1/session' },
  { what: 'The state of the set-up', path: () => '/setup', requests: '**/v1/setup' },
  { what: 'The invite', path: () => `/invite#token=${'x'.repeat(32)}`, requests: '**/v1/invitation' },
]

for (const { what, detail = '', path, requests, open } of parts) {
  test(`${what}${detail} could not be loaded: the error keeps the focus until there is an answer`, async ({
    page,
    expectedErrors,
    sample,
  }) => {
    // This invite does not exist, which is an answer, too.
    expectedErrors.push(answered(500), answered(404))
    const requested = await failRequests(page, requests)
    await page.goto(path(sample))
    await open?.(page, sample)
    const { failed, retry } = retryIn(page)
    await expect(failed).toContainText(`${what} could not be loaded.`)
    requested.holdBack()
    await pressByKeyboard(retry)
    await expect(failed).toContainText(`${what} could not be loaded.`)
    requested.mend()
    await expect(failed).toHaveCount(0)
    // Focus moves into the part of the page that had the button, or into the part that it leads to.
    await expect(page.locator('section:focus, main:focus')).toHaveCount(1)
  })
}

test('a deletion’s failed plan can be retried, and the focus stays in the dialog', async ({
  page,
  expectedErrors,
  sample,
}) => {
  expectedErrors.push(answered(500))
  const requested = await failRequests(page, '**/v1/projects/*?dryRun*')
  await page.goto(inProject(sample))
  await pageButton(page, 'Delete project').click()
  const dialog = page.getByRole('alertdialog')
  const retry = dialog.getByRole('button', { name: /^Retry/ })
  await expect(retry).toBeVisible()
  requested.holdBack()
  await pressByKeyboard(retry)
  requested.mend()
  await expect(retry).toHaveCount(0)
  await expect(page.locator('[role=alertdialog]:focus')).toHaveCount(1)
})

test('a page that reloads its data keeps the retry button in place', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(500))
  const { failed, retry } = retryIn(page)
  const requested = await failRequests(page, '**/v1/projects?*')
  const listening = page.waitForResponse('**/v1/events')
  await page.goto(`/${namespace}/projects`)
  await expect(failed).toBeVisible()
  await listening
  const button = await retry.elementHandle()
  const isInPage = () => button?.evaluate((element) => element.isConnected)

  const failedAgain = page.waitForResponse('**/v1/projects?*')
  await emptyScope(page, 'project')
  await (await failedAgain).finished()
  await expect(retry).toHaveAccessibleName('Retry')
  expect(await isInPage()).toBe(true)

  requested.holdBack()
  const retried = page.waitForRequest('**/v1/projects?*')
  const scope = await emptyScope(page, 'project')
  await retried
  await retry.click()
  await expect(retry).toHaveAccessibleName('Retrying…')
  expect(await isInPage()).toBe(true)
  requested.mend()
  await expect(new TeamPages(page).row('project', scope.name)).toBeVisible()
})

test('the missing rows of a list can be retried while the list reloads', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(500))
  await startElsewhere(page, 'project')
  const scope = await emptyScope(page, 'project')
  const set = (value: string) => ask(page, 'PUT', `${secretsOf(scope)}/API_KEY`, { value })
  for (let count = 1; count <= 9; count++) await set(`value ${count}`)
  await page.goto(`/${namespace}/projects/${scope.id}/settings`)
  const history = new HistoryView(page, 'API_KEY')
  await history.opener.click()
  await expect(history.rows).toHaveCount(5)

  const { failed, retry } = retryIn(page)
  const requested = await failRequests(page, /\/versions\?.*after=/)
  await history.more.click()
  await expect(failed).toContainText('The next page could not be loaded.')
  const button = await retry.elementHandle()
  await set('value 10')
  await expect(history.rows.first()).toContainText('Version 10')
  expect(await button?.evaluate((element) => element.isConnected)).toBe(true)

  requested.holdBack()
  await pressByKeyboard(retry)
  requested.mend()
  await expect(history.rows).toHaveCount(10)
  await expect(history.rows.nth(5).locator(':focus')).toHaveCount(1)
})
