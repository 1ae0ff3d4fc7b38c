import { ApiKeysPage } from './pages/api-keys-page.ts'
import { askForKey, CliLoginPage } from './pages/cli-login-page.ts'
import { SignInPage } from './pages/sign-in-page.ts'
import { account, namespace, setUp } from './support/account-steps.ts'
import { addMember } from './support/add-member.ts'
import { ageSessions } from './support/aged-session.ts'
import { openTerminal, type Terminal } from './support/cli-process.ts'
import { answered, test as base, testAlone as baseAlone, expect } from './support/fixtures.ts'
import { addSecondTeam } from './support/people.ts'
import { proofOf, signedIn, useSession } from './support/session.ts'
import { tabTo } from './support/tab-to.ts'

type Fixtures = { terminal: Terminal }

const withTerminal = {
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  terminal: async ({}, use: (terminal: Terminal) => Promise<void>) => {
    const terminal = openTerminal()
    await use(terminal)
    terminal.close()
  },
}
const test = base.extend<Fixtures>(withTerminal)
const testAlone = baseAlone.extend<Fixtures>(withTerminal)

test('the console signs in a command line, which then works', { tag: '@journey' }, async ({
  page,
  installation,
  terminal,
}) => {
  const secret = `BY_CONSOLE_${crypto.randomUUID().slice(0, 8)}`
  const data = { value: 'a value' }
  await page.request.put(`/v1/teams/${namespace}/secrets/${secret}`, { data, headers: await proofOf(page) })
  const { address, code, ended } = await terminal.startLogin(installation.address)
  const login = new CliLoginPage(page)
  await page.goto(address)
  await expect(login.heading).toHaveText('Sign a command line in')
  await expect(page.getByText(code, { exact: true })).toBeVisible()
  await expect(page.getByText('where this browser is too')).toBeVisible()
  await expect(login.form).toContainText('Manages secrets and runs workloads · expires ')
  await login.allow.click()
  await expect(login.heading).toHaveText('The command line is allowed')
  expect(await ended).toBe(0)
  const { code: exit, stdout } = await terminal.run('secrets', 'list', 'team')
  expect([exit, stdout]).toEqual([0, expect.stringContaining(secret)])
  await page.getByRole('link', { name: 'API keys' }).click()
  await expect(new ApiKeysPage(page).own.filter({ hasText: 'gradient on ' }).first()).toContainText('just now')
})

test('a denied command line exits, and its code becomes invalid', async ({ page, installation, terminal }) => {
  const { address, ended } = await terminal.startLogin(installation.address)
  const login = new CliLoginPage(page)
  await page.goto(address)
  await login.deny.click()
  await expect(login.heading).toHaveText('The command line is denied')
  expect(await ended).toBe(77)
  await page.goto(address)
  await expect(login.heading).toHaveText('The command line is denied')
  await expect(login.allow).toHaveCount(0)
})

test('the address alone does nothing, and a code can be typed in', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(404))
  const login = new CliLoginPage(page)
  const code = await askForKey(page.request)
  await login.open(code)
  await expect(login.allow).toBeVisible()
  await page.goto('/cli-login')
  await login.next.click()
  await expect(login.code).toHaveAccessibleDescription(/^Type the code/)
  await expect(login.code).toBeFocused()
  await login.code.fill('BBBB-BBBB')
  await login.next.click()
  await expect(page.getByText('No command line waits under BBBB-BBBB.')).toBeVisible()
  await login.code.fill(` ${code.toLowerCase().replace('-', '')} `)
  await login.next.click()
  await expect(page.getByText('ada@laptop')).toBeVisible()
  await login.allow.click()
  await expect(login.heading).toHaveText('The command line is allowed')
  await page.reload()
  await expect(login.heading).toHaveText('This code was allowed already')
})

test('an expired code shows that it expired', async ({ page }) => {
  const code = await askForKey(page.request)
  const login = new CliLoginPage(page)
  await page.clock.install()
  await login.open(code)
  await expect(login.allow).toBeVisible()
  await page.clock.fastForward('10:01')
  await expect(login.heading).toHaveText('The code has expired')
  await expect(login.allow).toHaveCount(0)
})

test('a command line is signed in with the keyboard only', async ({ page, installation, terminal }) => {
  const { code, ended } = await terminal.startLogin(installation.address)
  const login = new CliLoginPage(page)
  await page.goto('/cli-login')
  await tabTo(page, login.code)
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await tabTo(page, login.options)
  await page.keyboard.press('Enter')
  await tabTo(page, login.form.getByRole('radio', { name: 'Both' }))
  await page.keyboard.press('ArrowUp')
  await expect(login.form.getByRole('radio', { name: 'Run workloads' })).toBeChecked()
  await tabTo(page, login.allow)
  await page.keyboard.press('Enter')
  await expect(page.locator(':focus')).toContainText('Go back to your terminal')
  expect(await ended).toBe(0)
})

test('a member grants a member’s access, and a viewer grants none', async ({ page, playwright, installation }) => {
  const baseURL = installation.address
  const owner = await playwright.request.newContext(signedIn(installation))
  const comeAs = async (role: 'member' | 'viewer') => {
    const nobody = await playwright.request.newContext({ baseURL, storageState: { cookies: [], origins: [] } })
    const { session } = await addMember(owner, nobody, role)
    await useSession(page, session)
    await nobody.dispose()
  }
  const login = new CliLoginPage(page)
  await test.step('member', async () => {
    await comeAs('member')
    await login.open(await askForKey(owner))
    await expect(login.form).toContainText('Manages secrets · expires ')
    await login.options.click()
    await login.form.getByRole('radio', { name: 'Run workloads' }).check()
    await login.options.click()
    await login.allow.click()
    await expect(login.form.getByText('Choose a project or a cluster.')).toBeVisible()
    await login.form.getByRole('radio', { name: 'Manage secrets' }).check()
    await login.allow.click()
    await expect(login.heading).toHaveText('The command line is allowed')
  })
  await test.step('viewer', async () => {
    await comeAs('viewer')
    await login.open(await askForKey(owner))
    const reason = 'Only owners, admins and members may sign a command line in.'
    await expect(login.allow).toBeDisabled()
    await expect(page.getByRole('paragraph').filter({ hasText: reason })).toBeVisible()
    await login.deny.click()
    await expect(login.heading).toHaveText('The command line is denied')
  })
  await owner.dispose()
})

testAlone(
  'a member signs in before allowing a command line and confirms the password when it was given long ago',
  async ({ page, server, terminal, expectedErrors }) => {
    expectedErrors.push(answered(401), answered(403))
    await setUp(page, server)
    const second = await addSecondTeam(server, 'The other team')
    await page.context().clearCookies()
    const { address, ended } = await terminal.startLogin(server.address)
    const [signInPage, login] = [new SignInPage(page), new CliLoginPage(page)]
    await page.goto(address)
    await signInPage.fillLogin()
    await signInPage.signIn.click()
    await expect(page).toHaveURL(address)
    await test.step('in the chosen team', async () => {
      const team = page.getByLabel('Team')
      await team.focus()
      await team.selectOption('The other team')
      await expect(login.allow).toBeDisabled()
      await expect(team).toBeFocused()
      await team.selectOption(account.team)
      await expect(login.allow).toBeEnabled()
    })
    await ageSessions(server)
    const { confirmation } = new ApiKeysPage(page)
    await login.allow.click()
    await confirmation.getByRole('button', { name: 'Cancel' }).click()
    await expect(login.allow).toBeFocused()
    await login.allow.click()
    await confirmation.getByLabel('Password').fill(account.password)
    await confirmation.getByRole('button', { name: 'Confirm' }).click()
    await expect(login.heading).toHaveText('The command line is allowed')
    expect(await ended).toBe(0)
    await expect(page.getByRole('link', { name: 'API keys' })).toHaveAttribute(
      'href',
      `/${namespace}/settings/api-keys`,
    )
    expect(second).not.toBe(namespace)
  },
)
