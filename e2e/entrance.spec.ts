import type { Request } from '@playwright/test'
import { EntrancePage } from './pages/entrance-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { account, setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'

test('the printed link opens set-up, which makes the account and the team and signs in', { tag: '@journey' }, async ({
  page,
  server,
}) => {
  const entrance = new EntrancePage(page)
  await page.goto(server.setupLink)
  await expect(page).toHaveURL(`${server.address}/setup`)
  await entrance.fillSetup({ ...account, password: 'short' })
  await entrance.createTeam.click()
  await expect(entrance.password).toHaveAccessibleDescription('Use at least 10 characters. At least 10 characters.')
  await expect(entrance.password).toBeFocused()
  await entrance.password.fill(account.password)
  await entrance.createTeam.click()
  await expect(page).toHaveURL(`${server.address}/gradient-next/projects`)
  await expect(page.getByText('There are no projects in this team yet')).toBeVisible()
  await expect(page).toHaveTitle('Projects · Gradient Next')
})

test('nobody makes the first account without the token', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(403))
  const entrance = new EntrancePage(page)
  await page.goto('/setup')
  await expect(page.getByText('The address lacks its token.')).toBeVisible()
  await expect(entrance.createTeam).toHaveCount(0)

  await page.goto(`${server.address}/setup#token=${'x'.repeat(32)}`)
  await entrance.fillSetup()
  await entrance.createTeam.click()
  await expect(page.getByRole('alert')).toContainText('The set-up token is not right.')
  await expect(entrance.field('Team name')).toHaveValue(account.team)

  await page.goto('/login')
  await expect(page.getByText('This installation has not been set up yet.')).toBeVisible()
})

test('one signs out, and in again with the right password only', { tag: '@journey' }, async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401))
  const entrance = new EntrancePage(page)
  const pages = new TeamPages(page)
  await setUp(page.request, server)

  await test.step('the set-up is closed', async () => {
    await page.goto(server.setupLink)
    await expect(page.getByText('This installation is set up already.')).toBeVisible()
    await expect(entrance.createTeam).toHaveCount(0)
  })
  await test.step('the session ends on the server', async () => {
    await pages.load('projects', 'Projects')
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const session = () => fetch(`${server.address}/v1/session`, { headers: { cookie } })
    expect((await session()).status).toBe(200)
    await pages.signOut()
    expect((await session()).status).toBe(401)
    expect(await page.context().cookies()).toEqual([])
  })
  await test.step('a wrong password is told, and what was typed stays', async () => {
    await entrance.fillLogin('not the password')
    await entrance.signIn.click()
    await expect(page.getByRole('alert')).toHaveText('Email and password do not match. Check both.')
    await expect(entrance.field('Email')).toHaveValue(account.email)
  })
  await test.step('the right one leads in', async () => {
    await entrance.fillLogin()
    await entrance.signIn.click()
    await expect(pages.heading).toHaveText('Projects')
  })
})

test('nothing more is asked for once one has signed out', async ({ page, server }) => {
  const pages = new TeamPages(page)
  await setUp(page.request, server)
  const asked: string[] = []
  const note = (request: Request) => asked.push(new URL(request.url()).pathname)
  // Long enough for a page that goes on to open its stream again, which the server has ended.
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

test('whoever is signed out meanwhile signs in and is back on the page', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(401))
  const entrance = new EntrancePage(page)
  const pages = new TeamPages(page)
  await setUp(page.request, server)
  // A stream that opens has the page read anew, which would find out by itself before the click.
  await page.route('**/v1/events', () => undefined)
  await pages.load('projects', 'Projects')
  await page.context().clearCookies()
  await pages.page.getByRole('link', { name: 'Team settings' }).click()
  await expect(pages.heading).toHaveText('Sign in')
  await entrance.fillLogin()
  await entrance.signIn.click()
  await expect(page).toHaveURL(`${server.address}/gradient-next/settings/secrets`)
  await expect(page.getByText('No secrets have been stored in this team yet')).toBeVisible()

  // The address of a page leads to the login as well, and its filter comes back.
  await page.context().clearCookies()
  await page.goto('/gradient-next/settings/secrets?q=KEY')
  await entrance.fillLogin()
  await entrance.signIn.click()
  await expect(page).toHaveURL(`${server.address}/gradient-next/settings/secrets?q=KEY`)
})
