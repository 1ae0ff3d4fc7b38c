import type { Page } from '@playwright/test'
import { totp } from '#server/testing/fakes/totp.ts'
import { runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { AccountPage } from '../pages/account-page.ts'
import { MembersPage } from '../pages/members-page.ts'
import { SignInPage } from '../pages/sign-in-page.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { accessibilityViolations } from '../support/accessibility-violations.ts'
import { account, setUp } from '../support/account-steps.ts'
import { ageSessions } from '../support/aged-session.ts'
import { answered, expect, testAlone as test } from '../support/fixtures.ts'
import { joinTeam, lin, otherBrowser } from '../support/people.ts'
import type { ServerProcess } from '../support/server-process.ts'

const password = 'another long password'

const openMembers = async (page: Page, server: ServerProcess): Promise<MembersPage> => {
  await setUp(page, server)
  await new TeamPages(page).load('settings/members', 'Team settings')
  return new MembersPage(page)
}

const setPassword = async (page: Page): Promise<void> => {
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByText('Your new password is set.')).toBeVisible()
}

/** Submits the password on the login form, where the email is already. */
const signInWith = async (page: Page, typed: string): Promise<void> => {
  await new SignInPage(page).password.fill(typed)
  await new SignInPage(page).signIn.click()
}

test('an owner makes a reset link for a member, which works once', { tag: '@journey' }, async ({
  page,
  server,
  browser,
  expectedErrors,
}) => {
  expectedErrors.push(answered(403), answered(404), answered(401))
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')
  await page.reload()
  await expect(members.resetButton(account.name)).toHaveCount(0)
  let link = ''

  await test.step('a stale session confirms first', async () => {
    await ageSessions(server)
    await members.resetButton(lin.name).click()
    await expect(members.dialog).toContainText('They are signed out everywhere when they use it.')
    expect(await accessibilityViolations(page)).toEqual([])
    await members.dialog.getByRole('button', { name: 'Create reset link' }).click()
    await page.getByRole('dialog').getByLabel('Password').fill(account.password)
    await page.getByRole('button', { name: 'Confirm', exact: true }).click()
    const field = page.getByRole('textbox', { name: 'Reset link' })
    await expect(field).toBeFocused()
    link = await field.inputValue()
    expect(await accessibilityViolations(page)).toEqual([])
    await page.getByRole('button', { name: 'Done' }).click()
    await expect(field).toHaveCount(0)
  })
  await test.step('the link sets the password, and its token is in no address and no storage', async () => {
    await other.goto(link)
    await expect(other.getByText(`For ${lin.name}.`)).toBeVisible()
    await expect(other).toHaveURL(`${server.address}/reset`)
    await expect(other.getByRole('textbox', { name: 'Email' })).toHaveValue(lin.email)
    const token = new URL(link).hash.slice('#token='.length)
    const storage = await other.evaluate(() =>
      JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]),
    )
    expect(storage).not.toContain(token)
    expect(await accessibilityViolations(other)).toEqual([])
    await other.getByLabel('New password').fill('short')
    await other.getByRole('button', { name: 'Set password' }).click()
    await expect(other.getByLabel('New password')).toHaveAccessibleDescription(/Use at least 10 characters/)
    await setPassword(other)
  })
  await test.step('the old password is refused, the new one signs in', async () => {
    await signInWith(other, lin.password)
    await expect(other.getByRole('alert')).toContainText('Email and password do not match.')
    await signInWith(other, password)
    await expect(new TeamPages(other).heading).toHaveText('Projects')
  })
  await test.step('the link works once', async () => {
    await other.goto('about:blank')
    await other.goto(link)
    await expect(other.getByText('This link cannot be used')).toBeVisible()
  })
  await test.step('both are on record', async () => {
    await new TeamPages(page).load('settings/audit', 'Team settings')
    await expect(page.getByText(`made a link for a new password of ${lin.name}`)).toBeVisible()
    await expect(page.getByText('reset their password by link')).toBeVisible()
  })
  await other.context().close()
})

test('the operator makes a reset link for the only owner, who still gives a code', { tag: '@journey' }, async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401))
  await setUp(page, server)
  const own = new AccountPage(page)
  await own.load()
  await own.field('Two-factor sign-in', 'Password').fill(account.password)
  await own.button('Two-factor sign-in', 'Set up two-factor sign-in').click()
  const seed = await own.seed.innerText()
  await page.getByRole('textbox', { name: 'Code' }).fill(totp(seed))
  await page.getByRole('button', { name: 'Turn on', exact: true }).click()
  await expect(own.part('Two-factor sign-in')).toContainText('Two-factor sign-in is on')

  const settings = { DATA_DIR: server.folder, PORT: new URL(server.address).port }
  const { code, stdout } = await runAdminProcess(['reset-password', account.email], settings)
  expect(code).toBe(0)
  const link = /http\S+/.exec(stdout)?.[0] ?? ''
  await page.goto(`${server.address}/reset${new URL(link).hash}`)
  await setPassword(page)
  await signInWith(page, password)
  await page.getByRole('textbox', { name: 'Code' }).fill(totp(seed, 1))
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(new TeamPages(page).heading).toHaveText('Projects')
})

test('a person deletes their account, and joins again later with the same email', { tag: '@journey' }, async ({
  page,
  server,
  browser,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401), answered(409))
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')

  await test.step('the last owner cannot', async () => {
    const own = new AccountPage(page)
    await own.load()
    await own.button('Delete account', 'Delete account').click()
    await expect(own.dialog.getByRole('button', { name: 'Delete account' })).toHaveAccessibleDescription(
      'Type your email first.',
    )
    await own.dialog.getByRole('textbox').fill(account.email)
    expect(await accessibilityViolations(page)).toEqual([])
    await own.dialog.getByRole('button', { name: 'Delete account' }).click()
    await expect(own.dialog).toContainText('You are the last owner of “Gradient Next”.')
    await own.dialog.getByRole('button', { name: 'Cancel' }).click()
  })
  await test.step('a member can', async () => {
    const own = new AccountPage(other)
    await own.load()
    await own.button('Delete account', 'Delete account').click()
    await own.dialog.getByRole('textbox').fill(lin.email)
    await own.dialog.getByRole('button', { name: 'Delete account' }).click()
    await expect(new TeamPages(other).heading).toHaveText('Sign in')
    await new SignInPage(other).field('Email').fill(lin.email)
    await signInWith(other, lin.password)
    await expect(other.getByRole('alert')).toContainText('Email and password do not match.')
  })
  await test.step('the email is free', async () => {
    await new TeamPages(page).load('settings/members', 'Team settings')
    await expect(members.row(lin.name)).toHaveCount(0)
    await joinTeam(page, other, { ...lin, name: 'Lin again' }, 'viewer')
    await page.reload()
    await expect(members.row('Lin again')).toHaveCount(1)
  })
  await other.context().close()
})

test('a removed person who forgot their password comes back with the same account', { tag: '@journey' }, async ({
  page,
  server,
  browser,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401))
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')
  await page.reload()
  await members.removeButton(lin.name).click()
  await members.dialog.getByRole('button', { name: `Remove ${lin.name}` }).click()
  await expect(members.row(lin.name)).toHaveCount(0)

  const settings = { DATA_DIR: server.folder, PORT: new URL(server.address).port }
  const { stdout } = await runAdminProcess(['reset-password', lin.email], settings)
  await other.goto('about:blank')
  await other.goto(`${server.address}/reset${new URL(/http\S+/.exec(stdout)?.[0] ?? '').hash}`)
  await setPassword(other)
  await other.goto('about:blank')
  await other.goto(await members.invite('viewer'))
  await other.getByRole('button', { name: 'I have an account' }).click()
  await other.getByRole('textbox', { name: 'Email' }).fill(lin.email)
  await signInWith(other, password)
  await other.getByRole('button', { name: `Join as ${lin.name}` }).click()
  await expect(new TeamPages(other).heading).toHaveText('Projects')
  await page.reload()
  await expect(members.role(lin.name)).toHaveValue('viewer')
  await other.context().close()
})
