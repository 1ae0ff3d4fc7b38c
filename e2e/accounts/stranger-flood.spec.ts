import { ApiKeysPage } from '../pages/api-keys-page.ts'
import { SignInPage } from '../pages/sign-in-page.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { account, setUp } from '../support/account-steps.ts'
import { ageSessions } from '../support/aged-session.ts'
import { answered, expect, testAlone as test } from '../support/fixtures.ts'
import { signedOut } from '../support/session.ts'

test('a stranger’s flood of wrong passwords does not keep the owner from working', async ({
  page,
  server,
  playwright,
  expectedErrors,
}) => {
  // The request that asks for the confirmation.
  expectedErrors.push(answered(403))
  await setUp(page, server)
  const stranger = await playwright.request.newContext({ storageState: signedOut })
  const statuses = new Set<number>()
  const flood = async (count: number) => {
    for (let guess = 0; guess < count; guess++) {
      const data = { email: account.email, password: `a wrong guess ${guess}` }
      statuses.add((await stranger.post(`${server.address}/v1/session`, { data })).status())
    }
  }
  await flood(25)
  expect(statuses).toEqual(new Set([401, 429]))

  const pages = new TeamPages(page)
  const keys = new ApiKeysPage(page)
  const signInPage = new SignInPage(page)
  const ongoing = flood(200)
  await test.step('the owner signs out, and in again on the same device and from the same address', async () => {
    await pages.load('projects', 'Projects')
    await pages.signOut()
    await signInPage.fillLogin()
    await signInPage.signIn.click()
    await expect(pages.heading).toHaveText('Projects')
  })
  await test.step('the owner confirms the password for a new key', async () => {
    await keys.load()
    await ageSessions(server)
    await keys.name.fill('deploy')
    await keys.add.click()
    await keys.confirmation.getByLabel('Password').fill(account.password)
    await keys.confirmation.getByRole('button', { name: 'Confirm' }).click()
    await expect(keys.keyField('deploy')).toHaveValue(/^gsec_/)
  })
  await ongoing
  expect(statuses).toEqual(new Set([401, 429]))
  await stranger.dispose()
})
