import type { Request } from '@playwright/test'
import { SignInPage } from '../pages/sign-in-page.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { account, setUp } from '../support/account-steps.ts'
import { answered, expect, testAlone as test } from '../support/fixtures.ts'
import { proofOf } from '../support/session.ts'

test('the printed link opens set-up, which creates the account and the team and signs in', { tag: '@journey' }, async ({
  page,
  server,
}) => {
  const signInPage = new SignInPage(page)
  await page.goto(server.setupLink)
  await expect(page).toHaveURL(`${server.address}/setup`)
  await signInPage.fillSetup({ ...account, password: 'short' })
  await signInPage.createTeam.click()
  await expect(signInPage.password).toHaveAccessibleDescription('Use at least 10 characters. At least 10 characters.')
  await expect(signInPage.password).toBeFocused()
  await signInPage.password.fill(account.password)
  await signInPage.createTeam.click()
  await expect(page).toHaveURL(`${server.address}/gradient-next/projects`)
  await expect(page.getByText('There are no projects in this team yet')).toBeVisible()
  await expect(page).toHaveTitle('Projects · Gradient Next')
})

test('set-up refuses to create the first account without the token', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(403))
  const signInPage = new SignInPage(page)
  await page.goto('/setup')
  await expect(page.getByText('The address lacks its token.')).toBeVisible()
  await expect(signInPage.createTeam).toHaveCount(0)

  await page.goto(`${server.address}/setup#token=${'x'.repeat(32)}`)
  await signInPage.fillSetup()
  await signInPage.createTeam.click()
  await expect(page.getByRole('alert')).toContainText('The set-up token is not right.')
  await expect(signInPage.field('Team name')).toHaveValue(account.team)

  await page.goto('/login')
  await expect(page.getByText('This installation has not been set up yet.')).toBeVisible()
})

test('a member signs out, and signs in again with the right password only', { tag: '@journey' }, async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401))
  const signInPage = new SignInPage(page)
  const pages = new TeamPages(page)
  await setUp(page, server)

  await test.step('set-up is closed', async () => {
    await page.goto(server.setupLink)
    await expect(page.getByText('This installation is set up already.')).toBeVisible()
    await expect(signInPage.createTeam).toHaveCount(0)
  })
  await test.step('the session ends on the server', async () => {
    await pages.load('projects', 'Projects')
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const headers = { cookie, ...(await proofOf(page)) }
    const session = () => fetch(`${server.address}/v1/session`, { headers })
    expect((await session()).status).toBe(200)
    await pages.signOut()
    expect((await session()).status).toBe(401)
    const kept = (await page.context().cookies()).map(({ name }) => name)
    // The device stays known, so that nobody else's wrong passwords make its people wait.
    expect(kept).toEqual([expect.stringMatching(/^gradient-device-/)])
  })
  await test.step('a wrong password shows an error, and the typed text stays', async () => {
    await signInPage.fillLogin('not the password')
    await signInPage.signIn.click()
    await expect(page.getByRole('alert')).toHaveText('Email and password do not match. Check both.')
    await expect(signInPage.field('Email')).toHaveValue(account.email)
  })
  await test.step('the right password signs in', async () => {
    await signInPage.fillLogin()
    await signInPage.signIn.click()
    await expect(pages.heading).toHaveText('Projects')
  })
})

test('the console sends no requests after sign-out', async ({ page, server }) => {
  const pages = new TeamPages(page)
  await setUp(page, server)
  const asked: string[] = []
  const note = (request: Request) => asked.push(new URL(request.url()).pathname)
  // Long enough for a page that is still active to reopen its event stream, which the server has closed.
  await page.route('**/login', async (route) => {
    page.on('request', note)
    await new Promise((resume) => setTimeout(resume, 2500))
    page.off('request', note)
    return route.continue()
  })
  const opened = page.waitForResponse('**/v1/events')
  await pages.load('projects', 'Projects')
  await opened
  await pages.signOut()
  expect(asked).toEqual([])
})

test('a member whose session ended signs in and returns to the same page', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(401))
  const signInPage = new SignInPage(page)
  const pages = new TeamPages(page)
  await setUp(page, server)
  // An opening event stream reloads the page's data, which would notice the sign-out before the click.
  await page.route('**/v1/events', () => undefined)
  // The parts that load after the page: their refused requests would lead to the login page first.
  const later = [page.waitForResponse(/\/v1\/deleted-projects/), page.waitForResponse(/\/v1\/teams\/[^/]+$/)]
  await pages.load('projects', 'Projects')
  await Promise.all(later)
  await page.context().clearCookies()
  await pages.page.getByRole('link', { name: 'Team settings' }).click()
  await expect(pages.heading).toHaveText('Sign in')
  await signInPage.fillLogin()
  await signInPage.signIn.click()
  await expect(page).toHaveURL(`${server.address}/gradient-next/settings/secrets`)
  await expect(page.getByText('No secrets have been stored in this team yet')).toBeVisible()

  // The login page also opens from the address of another page, and restores that page's filter.
  await page.context().clearCookies()
  await page.goto('/gradient-next/settings/secrets?q=KEY')
  await signInPage.fillLogin()
  await signInPage.signIn.click()
  await expect(page).toHaveURL(`${server.address}/gradient-next/settings/secrets?q=KEY`)
})
