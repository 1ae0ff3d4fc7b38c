import type { Page } from '@playwright/test'
import { totp } from '#server/testing/fakes/totp.ts'
import { AccountPage } from '../pages/account-page.ts'
import { SignInPage } from '../pages/sign-in-page.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { account, setUp } from '../support/account-steps.ts'
import { ageSessions } from '../support/aged-session.ts'
import { answered, expect, testAlone as test } from '../support/fixtures.ts'
import { otherBrowser } from '../support/people.ts'
import { proofOf } from '../support/session.ts'

const setUpTwoFactor = 'Set up two-factor sign-in'
const turnOff = 'Turn off two-factor sign-in'

/** Submits email and password on the open login page. A second factor may follow. */
const logIn = async (page: Page, password = account.password): Promise<void> => {
  const signInPage = new SignInPage(page)
  await signInPage.fillLogin(password)
  await signInPage.signIn.click()
}

test('a new name replaces the old one everywhere at once', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(400))
  const own = new AccountPage(page)
  const pages = new TeamPages(page)
  await setUp(page, server)
  const data = { name: 'A', value: 'x' }
  const headers = await proofOf(page)
  await page.request.post(`${server.address}/v1/teams/gradient-next/secrets`, { data, headers })
  await pages.load('settings/secrets', 'Team settings')
  await expect(page.getByText(`by ${account.name}`)).toBeVisible()

  await own.open()
  await own.field('Name', 'Your name').fill(' ')
  await own.button('Name', 'Save name').click()
  await expect(own.field('Name', 'Your name')).toHaveAccessibleDescription('Type a name.')
  await own.field('Name', 'Your name').fill('Ada King')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Account of Ada King' })).toBeVisible()
  await pages.openTeamSecrets()
  await expect(page.getByText('by Ada King')).toBeVisible()
})

test('a new password replaces the old one and ends the other sessions', async ({
  page,
  browser,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(400), answered(401))
  const own = new AccountPage(page)
  await setUp(page, server)
  const other = await otherBrowser(browser, server)
  await other.goto('/login')
  await logIn(other)
  await expect(new TeamPages(other).heading).toHaveText('Projects')

  await own.load()
  const [current, next] = [own.field('Password', 'Current password'), own.field('Password', 'New password')]
  await current.fill('not the password')
  await next.fill('another long password')
  await own.button('Password', 'Change password').click()
  await expect(current).toHaveAccessibleDescription('This is not your password. Check it.')
  await expect(current).toBeFocused()
  await expect(current).toHaveValue('not the password')
  await expect(next).toHaveValue('another long password')
  await current.fill(account.password)
  await page.keyboard.press('Enter')
  await expect(current).toHaveValue('')
  await expect(next).toHaveValue('')
  await expect(own.sessions).toHaveCount(1)

  await other.reload()
  await expect(new TeamPages(other).heading).toHaveText('Sign in')
  await logIn(other)
  await expect(other.getByRole('alert')).toContainText('Email and password do not match.')
  await logIn(other, 'another long password')
  await expect(new TeamPages(other).heading).toHaveText('Projects')
  await other.context().close()
})

test('a member ends a session from another session', async ({ page, browser, server }) => {
  const own = new AccountPage(page)
  await setUp(page, server)
  const other = await otherBrowser(browser, server)
  await other.goto('/login')
  await logIn(other)
  await expect(new TeamPages(other).heading).toHaveText('Projects')

  await new TeamPages(page).load('projects', 'Projects')
  await own.open()
  await expect(own.sessions).toHaveCount(2)
  await expect(own.sessions.filter({ hasText: 'This session' })).toHaveCount(1)
  const newest = own.sessions.first()
  await expect(newest).toContainText(/^Chrome on .*since .* from 127\.0\.0\.1/)
  await newest.getByRole('button', { name: /^End the session of Chrome on / }).click()
  await expect(own.sessions).toHaveCount(1)
  await expect(own.sessions).toContainText('This session')
  await other.reload()
  await expect(new TeamPages(other).heading).toHaveText('Sign in')
  await other.context().close()
})

test('sign-in requires a code while two-factor sign-in is on', { tag: '@journey' }, async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(400), answered(401))
  const own = new AccountPage(page)
  const pages = new TeamPages(page)
  const code = page.getByRole('textbox', { name: 'Code' })
  const part = own.part('Two-factor sign-in')
  let seed = ''
  let recoveryCode = ''
  let otherRecoveryCode = ''
  await setUp(page, server)
  await own.load()

  await test.step('set up with the password, then with a code', async () => {
    const password = own.field('Two-factor sign-in', 'Password')
    await password.fill('not the password')
    await own.button('Two-factor sign-in', setUpTwoFactor).click()
    await expect(password).toHaveAccessibleDescription('This is not your password. Check it.')
    await password.fill(account.password)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('img', { name: 'QR code of the seed' }).locator('path')).toHaveAttribute('d', /^M/)
    await expect(own.recoveryCodes).toHaveCount(10)
    seed = (await own.seed.textContent()) ?? ''
    recoveryCode = (await own.recoveryCodes.first().textContent()) ?? ''
    otherRecoveryCode = (await own.recoveryCodes.last().textContent()) ?? ''
    expect(seed).toMatch(/^[A-Z2-7]{32,}$/)
    await code.fill(totp(seed, 10))
    await page.keyboard.press('Enter')
    await expect(code).toHaveAccessibleDescription(/^The code is not right, or was used already\./)
    await code.fill(totp(seed))
    await page.keyboard.press('Enter')
    await expect(part).toContainText('Two-factor sign-in is on.')
    expect(await page.content()).not.toContain(seed)
  })
  await test.step('a wrong code shows an error next to its field and stays', async () => {
    await pages.signOut()
    await logIn(page)
    await expect(code).toBeFocused()
    await code.fill('000 000')
    await page.keyboard.press('Enter')
    await expect(code).toHaveAccessibleDescription(/^The code is not right, or was used already\./)
    await expect(code).toHaveValue('000 000')
  })
  await test.step('a code of the app signs in', async () => {
    await code.fill(totp(seed, 1))
    await page.keyboard.press('Enter')
    await expect(pages.heading).toHaveText('Projects')
  })
  await test.step('a recovery code signs in, too', async () => {
    await pages.signOut()
    await logIn(page)
    await page.getByRole('button', { name: 'Back' }).click()
    await expect(new SignInPage(page).password).toHaveValue('')
    await logIn(page)
    await code.fill(recoveryCode)
    await page.keyboard.press('Enter')
    await expect(pages.heading).toHaveText('Projects')
  })
  await test.step('new recovery codes replace those of before, by keyboard', async () => {
    await own.open()
    const toggle = part.getByText('New recovery codes', { exact: true })
    await toggle.focus()
    await page.keyboard.press('Enter')
    const form = part.getByRole('form', { name: 'Replace the recovery codes' })
    await form.getByLabel('Password', { exact: true }).fill(account.password)
    await form.getByRole('textbox', { name: 'Code' }).fill(otherRecoveryCode)
    await page.keyboard.press('Enter')
    await expect(own.recoveryCodes).toHaveCount(10)
    await expect(part.getByRole('heading', { name: 'The recovery codes are replaced' })).toBeFocused()
    otherRecoveryCode = (await own.recoveryCodes.last().textContent()) ?? ''
    await toggle.focus()
    await page.keyboard.press('Enter')
    await expect(form).toBeHidden()
    await expect(own.recoveryCodes).toHaveCount(0)
    // A message that fails would quote the code.
    expect((await page.content()).includes(otherRecoveryCode)).toBe(false)
  })
  await test.step('turn off with the password and a recovery code', async () => {
    await own.field('Two-factor sign-in', 'Password').fill(account.password)
    await own.field('Two-factor sign-in', 'Code').fill(otherRecoveryCode)
    await own.button('Two-factor sign-in', turnOff).click()
    await expect(part).toContainText('Two-factor sign-in is off.')
    await pages.signOut()
    await logIn(page)
    await expect(pages.heading).toHaveText('Projects')
  })
})

test('a passkey signs in until it is deleted', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(400), answered(401), answered(403))
  const own = new AccountPage(page)
  const pages = new TeamPages(page)
  const origin = `http://localhost:${new URL(server.address).port}`
  await setUp(page, server)
  const devices = await page.context().newCDPSession(page)
  await devices.send('WebAuthn.enable')
  const { authenticatorId } = await devices.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(`${origin}/login`)
  await logIn(page)
  await expect(pages.heading).toHaveText('Projects')
  await own.open()

  await test.step('add it under a name after confirming the password', async () => {
    await ageSessions(server)
    await own.button('Passkeys', 'Add').click()
    await expect(own.field('Passkeys', 'Name')).toHaveAccessibleDescription(/^Type a name\./)
    await own.field('Passkeys', 'Name').fill('Laptop')
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Password').fill(account.password)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(own.passkeys).toHaveCount(1)
    await expect(own.passkeys).toContainText('Laptop')
    await expect(own.field('Passkeys', 'Name')).toHaveValue('')
  })
  await test.step('a device has one passkey per account', async () => {
    await own.field('Passkeys', 'Name').fill('Laptop again')
    await own.button('Passkeys', 'Add').click()
    await expect(own.part('Passkeys').getByRole('alert')).toContainText('This device has a passkey')
    await expect(own.field('Passkeys', 'Name')).toHaveValue('Laptop again')
  })
  await test.step('it signs in', async () => {
    await pages.signOut()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(pages.heading).toHaveText('Projects')
  })
  await test.step('a deleted passkey does not sign in', async () => {
    await own.open()
    await own.button('Passkeys', 'Delete Laptop').click()
    await own.dialog.getByRole('button', { name: 'Cancel' }).click()
    await expect(own.dialog).toHaveCount(0)
    await expect(own.passkeys).toHaveCount(1)
    await own.button('Passkeys', 'Delete Laptop').click()
    await own.dialog.getByRole('button', { name: 'Delete Laptop' }).click()
    await expect(own.dialog).toHaveCount(0)
    await expect(own.passkeys).toHaveCount(0)
    await pages.signOut()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(page.getByRole('alert')).toContainText('This passkey does not sign in here.')
  })
  await test.step('a device without a passkey shows an error', async () => {
    await devices.send('WebAuthn.clearCredentials', { authenticatorId })
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(page.getByRole('alert')).toContainText('No passkey was used.')
  })
})

test('the page explains why passkeys do not work at an IP address', async ({ page, server }) => {
  const own = new AccountPage(page)
  const reason = 'Passkeys cannot be used while the console is opened at an IP address.'
  await setUp(page, server)
  await own.load()
  await expect(own.part('Passkeys')).toContainText(`${reason} Open it at http://localhost:`)
  await expect(own.button('Passkeys', 'Add')).toBeDisabled()
  await new TeamPages(page).signOut()
  const button = page.getByRole('button', { name: 'Sign in with a passkey' })
  await expect(button).toBeDisabled()
  await expect(button).toHaveAccessibleDescription(reason)
})
