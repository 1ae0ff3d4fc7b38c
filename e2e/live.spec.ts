import type { Browser, Page } from '@playwright/test'
import { HistoryView } from './pages/history-view.ts'
import { pageButton } from './pages/page-button.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import { emptyPlace, fill, openSecrets, secretsOf } from './support/places.ts'
import type { ServerProcess } from './support/server-process.ts'

/** A page in another browser, of somebody who is signed in with the same cookies. */
const secondBrowser = async (browser: Browser, page: Page, { address }: ServerProcess): Promise<Page> => {
  const storageState = await page.context().storageState()
  const context = await browser.newContext({ baseURL: address, reducedMotion: 'reduce', storageState })
  return context.newPage()
}

test('two browsers see what the other changes, without a reload', { tag: '@journey' }, async ({
  page,
  browser,
  server,
}) => {
  await setUp(page.request, server)
  await new TeamPages(page).load('projects', 'Projects')
  const place = await emptyPlace(page, 'project')
  await fill(page, place, ['KEPT', 'TYPED'])
  const other = await secondBrowser(browser, page, server)
  await new TeamPages(other).load('projects', 'Projects')

  await test.step('a new project is in the list of the other, and counts its secrets', async () => {
    const made = await emptyPlace(page, 'project')
    await expect(new TeamPages(other).row('project', made.name)).toBeVisible()
    await fill(page, made, ['A'])
    await expect(new TeamPages(other).row('project', made.name)).toContainText('1 secret')
  })

  await page.reload()
  const [mine, theirs] = [await openSecrets(page, place), await openSecrets(other, place)]
  await expect(theirs.rows).toHaveCount(2)
  const remove = (name: string) => page.request.delete(`/v1/${secretsOf(place)}/${name}`)

  await test.step('a secret that was added or deleted', async () => {
    await mine.store('ADDED', 'a value')
    await expect(theirs.row('ADDED')).toBeVisible()
    await remove('ADDED')
    await expect(theirs.row('ADDED')).toHaveCount(0)
    await expect(mine.row('ADDED')).toHaveCount(0)
  })

  await test.step('what is typed stays, in the row of a secret that was deleted too', async () => {
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

test('whoever deletes a project asks for nothing of it again, though the notice comes before the answer', async ({
  page,
  browser,
  server,
}) => {
  await setUp(page.request, server)
  await new TeamPages(page).load('projects', 'Projects')
  const place = await emptyPlace(page, 'project')
  const other = await secondBrowser(browser, page, server)
  await new TeamPages(other).load('projects', 'Projects')
  const row = new TeamPages(other).row('project', place.name)
  await expect(row).toBeVisible()

  await page.reload()
  await openSecrets(page, place)
  await page.route(`**/v1/projects/${place.id}*`, async (route) => {
    const request = route.request()
    if (request.method() !== 'DELETE' || request.url().includes('dryRun')) return route.fallback()
    const response = await route.fetch()
    // The other browser has had the notice then, and so has this one.
    await expect(row).toHaveCount(0)
    await route.fulfill({ response })
  })
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes(place.id)) asked.push(`${request.method()} ${new URL(request.url()).pathname}`)
  })
  await pageButton(page, 'Delete project').click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByRole('textbox').fill(place.name)
  const confirm = dialog.getByRole('button', { name: 'Delete project' })
  await expect(confirm).toBeEnabled()
  asked.length = 0
  await confirm.click()
  await expect(page.getByText(`Deleted ${place.name}`)).toBeAttached()
  await expect(new TeamPages(page).row('project', place.name)).toHaveCount(0)
  expect(asked).toEqual([`DELETE /v1/projects/${place.id}`])
  await other.context().close()
})

test('where no stream gets through, pages ask every now and then', async ({
  page,
  browser,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(502))
  await page.clock.install()
  await page.route('**/v1/events', (route) => route.fulfill({ status: 502, body: 'no streams here' }))
  await setUp(page.request, server)
  await new TeamPages(page).load('projects', 'Projects')
  const place = await emptyPlace(page, 'project')
  await page.reload()
  await openSecrets(page, place)
  const other = await secondBrowser(browser, page, server)
  await new TeamPages(other).load('projects', 'Projects')
  await (await openSecrets(other, place)).store('FROM_ELSEWHERE', 'a value')
  await page.clock.fastForward(16_000)
  await expect(new SecretsPage(page).row('FROM_ELSEWHERE')).toBeVisible()
  await other.context().close()
})

test('a part of a list that is asked for while it is read anew is shown all the same', async ({ page, server }) => {
  await setUp(page.request, server)
  await new TeamPages(page).load('projects', 'Projects')
  const place = await emptyPlace(page, 'project')
  const set = async (value: string) => {
    const put = await page.request.put(`/v1/${secretsOf(place)}/API_KEY`, { data: { value } })
    expect(put.ok()).toBe(true)
  }
  for (let count = 1; count <= 9; count++) await set(`value ${count}`)
  await openSecrets(page, place)
  const history = new HistoryView(page, 'API_KEY')
  await history.opener.click()
  await expect(history.rows).toHaveCount(5)

  // The first request for more stands until the list has been read anew.
  let asked = 0
  await page.route(/\/versions\?.*after=/, async (route) => {
    if (asked++ > 0) return route.continue()
    const readAnew = page.waitForResponse((response) => /\/versions\?(?!.*after=)/.test(response.url()))
    await set('value 10')
    await readAnew
    // It is given up by then.
    await route.continue().catch(() => undefined)
  })
  await history.more.click()
  await expect(history.rows).toHaveCount(10)
  await expect(history.rows.first()).toContainText('Version 10')
  await expect(history.more).toHaveCount(0)
})
