import type { Page } from '@playwright/test'
import { InvitePage } from './pages/invite-page.ts'
import { MembersPage } from './pages/members-page.ts'
import { pageButton } from './pages/page-button.ts'
import { SignInPage } from './pages/sign-in-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { account, namespace, setUp } from './support/account-steps.ts'
import { ageSessions } from './support/aged-session.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import { addSecondTeam, joinTeam, lin, max, otherBrowser } from './support/people.ts'
import type { ServerProcess } from './support/server-process.ts'
import { proofOf } from './support/session.ts'
import { tabTo } from './support/tab-to.ts'
import { ask } from './support/test-scopes.ts'

/** Sets up a team and opens its members. */
const openMembers = async (page: Page, server: ServerProcess): Promise<MembersPage> => {
  await setUp(page, server)
  await new TeamPages(page).load('settings/members', 'Team settings')
  return new MembersPage(page)
}

const signIn = async (page: Page, { email, password }: { email: string; password: string }): Promise<void> => {
  await page.getByRole('textbox', { name: 'Email' }).fill(email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('a new member joins by the link of an invite, which works once', { tag: '@journey' }, async ({
  page,
  server,
  browser,
}) => {
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  const invite = new InvitePage(other)
  const link = await members.invite('member')
  await expect(members.invites).toHaveCount(1)
  await expect(members.invites).toContainText('made just now by Ada Lovelace, expires')

  await test.step('the token is in no address and no storage', async () => {
    await other.goto(link)
    await expect(invite.heading).toHaveText('Join “Gradient Next”')
    await expect(other.getByText('Ada Lovelace invites you to join the team as a member.')).toBeVisible()
    await expect(other).toHaveURL(`${server.address}/invite`)
    const token = new URL(link).hash.slice('#token='.length)
    const storage = await other.evaluate(() =>
      JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }, document.documentElement.outerHTML]),
    )
    expect(token.length).toBeGreaterThan(20)
    expect(storage).not.toContain(token)
  })
  await test.step('join', async () => {
    await invite.fill({ ...lin, password: 'short' })
    await invite.join.click()
    await expect(other.getByLabel('Password')).toBeFocused()
    await invite.fill(lin)
    await invite.join.click()
    await expect(other).toHaveURL(`${server.address}/${namespace}/projects`)
  })
  await test.step('the list shows the new member, and the invite is gone', async () => {
    await page.reload()
    await expect(members.row(lin.name)).toContainText(lin.email)
    await expect(members.role(lin.name)).toHaveValue('member')
    await expect(members.invites).toHaveCount(0)
  })
  await test.step('the link no longer works', async () => {
    const third = await otherBrowser(browser, server)
    await third.goto(link)
    await expect(new InvitePage(third).unusable).toBeVisible()
    await third.reload()
    await expect(third.getByText('The address lacks its token')).toBeVisible()
    await third.context().close()
  })
  await other.context().close()
})

test('an invite can be copied once and deleted', async ({ page, server, browser, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  await members.create.click()
  await expect(members.link).toBeFocused()
  const link = await members.link.inputValue()
  await page.getByRole('button', { name: 'Copy', exact: true }).click()
  await expect(page.getByText('Copied', { exact: true }).first()).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link)
  await page.reload()
  await expect(members.invites).toHaveCount(1)
  await expect(members.link).toHaveCount(0)

  await members.invites.getByRole('button').click()
  await members.dialog.getByRole('button', { name: 'Delete invite' }).click()
  await expect(members.dialog).toHaveCount(0)
  await expect(members.invites).toHaveCount(0)
  await other.goto(link)
  await expect(new InvitePage(other).unusable).toBeVisible()
  await other.context().close()
})

test('a role changes after the password is confirmed and applies at once', async ({
  page,
  server,
  browser,
  expectedErrors,
}) => {
  expectedErrors.push(answered(403))
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  const theirs = new MembersPage(other)
  await joinTeam(page, other, lin, 'member')
  await page.reload()

  await test.step('a member sees why they cannot change roles', async () => {
    await theirs.open()
    const reason = 'Only owners and admins may invite and remove people and change their roles.'
    await expect(theirs.create).toHaveAccessibleDescription(reason)
    await expect(theirs.role(account.name)).toHaveAccessibleDescription(reason)
    await theirs.role(account.name).focus()
    await other.keyboard.press('ArrowDown')
    await expect(theirs.role(account.name)).toHaveValue('owner')
    await expect(theirs.removeButton(account.name)).toHaveAccessibleDescription(reason)
    await expect(theirs.invites).toHaveCount(0)
  })
  await test.step('cancel the change', async () => {
    await members.role(lin.name).selectOption('admin')
    await expect(members.question(lin.name)).toContainText('As an admin, Lin Chen may do everything but')
    await members.role(lin.name).press('Tab')
    await page.keyboard.press('Escape')
    await expect(members.question(lin.name)).toHaveCount(0)
    await expect(members.role(lin.name)).toHaveValue('member')
    await expect(members.role(lin.name)).toBeFocused()
  })
  await test.step('change the role', async () => {
    await ageSessions(server)
    await members.role(lin.name).selectOption('admin')
    await members.question(lin.name).getByRole('button', { name: 'Change role' }).click()
    const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
    await dialog.getByLabel('Password').fill(account.password)
    await dialog.getByRole('button', { name: 'Confirm' }).click()
    await expect(dialog).toHaveCount(0)
    await expect(members.question(lin.name)).toHaveCount(0)
    await expect(members.role(lin.name)).toHaveValue('admin')
  })
  await test.step('an admin may invite but may not change owners', async () => {
    await other.reload()
    // The step before aged this session too.
    const confirmed = { data: { password: lin.password }, headers: await proofOf(other) }
    expect((await other.request.post('/v1/session/confirmation', confirmed)).status()).toBe(204)
    await theirs.invite('viewer')
    await expect(theirs.removeButton(account.name)).toHaveAccessibleDescription(
      'Only owners may make, change and remove owners.',
    )
    await expect(theirs.role(lin.name).locator('option[value=owner]')).toBeDisabled()
  })
  await other.context().close()
})

test('a removed member loses access at the next request and rejoins by an invite with the same account', async ({
  page,
  server,
  browser,
}) => {
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  const theirs = new TeamPages(other)
  await joinTeam(page, other, lin, 'admin')
  await page.reload()

  await test.step('remove', async () => {
    await members.removeButton(lin.name).click()
    await expect(members.dialog).toContainText('They are signed out everywhere, and their API keys in this team end')
    await members.dialog.getByRole('button', { name: `Remove ${lin.name}` }).click()
    await expect(members.dialog).toHaveCount(0)
    await expect(members.row(lin.name)).toHaveCount(0)
    // The page may sign out by itself first, when the change reaches it.
    await other.reload()
    await expect(theirs.heading).toHaveText('Sign in')
  })
  await test.step('the removed member has no team', async () => {
    await other.goto('/login')
    await signIn(other, lin)
    await expect(theirs.heading).toHaveText('You are not in a team')
  })
  await test.step('join again, signing in on the way', async () => {
    await other.context().clearCookies()
    await other.goto(await members.invite('viewer'))
    await other.getByRole('button', { name: 'I have an account' }).click()
    await signIn(other, lin)
    await new InvitePage(other).joinAs(lin.name).click()
    await expect(other).toHaveURL(`${server.address}/${namespace}/projects`)
  })
  await test.step('an invite stays valid when a member of the team opens it', async () => {
    const link = await members.invite('member')
    await other.goto('about:blank')
    await other.goto(link)
    await new InvitePage(other).joinAs(lin.name).click()
    await expect(other.getByRole('alert')).toContainText('You are in this team already, as viewer.')
    await other.getByRole('button', { name: 'Sign in as somebody else' }).click()
    await other.getByRole('button', { name: 'I have no account' }).click()
    await new InvitePage(other).fill({ ...max, email: lin.email })
    await new InvitePage(other).join.click()
    await expect(other.getByText('This email has an account already.')).toBeVisible()
    await new InvitePage(other).fill(max)
    await new InvitePage(other).join.click()
    await expect(theirs.heading).toHaveText('Projects')
    await expect(other.getByRole('button', { name: `Account of ${max.name}` })).toBeVisible()
  })
  await other.context().close()
})

test('the last owner cannot leave until there is another owner', async ({ page, server, browser, expectedErrors }) => {
  expectedErrors.push(answered(401))
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  const leave = pageButton(page, 'Leave team')
  const reason = 'A team needs an owner, and this is the last one. Make somebody else an owner first.'
  await expect(leave).toHaveAccessibleDescription(reason)
  await expect(members.role(account.name)).toHaveAccessibleDescription(reason)
  await leave.press('Enter')
  await expect(members.dialog).toHaveCount(0)

  await joinTeam(page, other, lin, 'member')
  await page.reload()
  await members.changeRole(lin.name, 'owner')
  await leave.click()
  await members.dialog.getByRole('button', { name: 'Leave team' }).click()
  await expect(new TeamPages(page).heading).toHaveText('Sign in')
  await new SignInPage(page).fillLogin()
  await new SignInPage(page).signIn.click()
  await expect(new TeamPages(page).heading).toHaveText('You are not in a team')
  await other.context().close()
})

test('a project can be restricted to chosen members', async ({ page, server, browser }) => {
  await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')
  const { id } = await ask<{ id: string }>(page, 'POST', 'projects', { name: 'Confidential' })
  const theirs = new TeamPages(other)
  const save = page.getByRole('button', { name: 'Save access' })
  const saved = async () => {
    const answer = page.waitForResponse((response) => response.url().endsWith(`/projects/${id}/access`))
    await save.click()
    expect((await answer).status()).toBe(200)
  }

  await test.step('every member sees the project, and why they cannot choose', async () => {
    await other.goto(`/${namespace}/projects/${id}/settings`)
    await expect(theirs.heading).toHaveText('Confidential')
    await expect(other.getByText('Owners and admins always may: Ada Lovelace.')).toBeVisible()
    await expect(other.getByRole('button', { name: 'Save access' })).toHaveAccessibleDescription(
      'Only owners and admins may choose who may see a project.',
    )
  })
  await test.step('choose no member', async () => {
    await page.goto(`/${namespace}/projects/${id}/settings`)
    await page.getByRole('radio', { name: 'Chosen people' }).check()
    await saved()
    await other.reload()
    await expect(theirs.heading).toHaveText('Page not found')
  })
  await test.step('choose the member', async () => {
    await page.getByRole('checkbox', { name: lin.name }).check()
    await expect(page.getByText('1 of 1 chosen')).toBeVisible()
    await saved()
    await page.reload()
    await expect(page.getByRole('checkbox', { name: lin.name })).toBeChecked()
    await other.reload()
    await expect(theirs.heading).toHaveText('Confidential')
  })
  await other.context().close()
})

test('a member of several teams switches teams in the header and has the role of each', async ({ page, server }) => {
  const members = await openMembers(page, server)
  await ask(page, 'POST', 'projects', { name: 'Of the first team' })
  const second = await addSecondTeam(server, 'Second Team')
  await page.reload()
  await page.getByRole('button', { name: 'Team Gradient Next' }).click()
  await expect(page.getByRole('menuitem', { name: 'Gradient Next' })).toHaveAttribute('aria-current', 'true')
  await page.getByRole('menuitem', { name: 'Second Team' }).click()
  await expect(page).toHaveURL(`${server.address}/${second}/projects`)
  await expect(page.getByText('There are no projects that you may see yet')).toBeVisible()
  await members.open()
  await expect(members.role(account.name)).toHaveValue('viewer')
  await expect(members.create).toBeDisabled()

  await test.step('and back by keyboard', async () => {
    await page.getByRole('button', { name: 'Team Second Team' }).focus()
    await page.keyboard.press('Enter')
    await expect(page.getByRole('menuitem').first()).toBeFocused()
    const first = page.getByRole('menuitem', { name: 'Gradient Next' })
    for (
      let presses = 0;
      presses < 2 && !(await first.evaluate((item) => item === document.activeElement));
      presses++
    ) {
      await page.keyboard.press('ArrowDown')
    }
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(`${server.address}/${namespace}/projects`)
    await expect(page.getByRole('link', { name: 'Of the first team' })).toBeVisible()
    await members.open()
    await expect(members.role(account.name)).toHaveValue('owner')
  })
})

test('members are invited, promoted and removed with the keyboard only', async ({ page, server, browser }) => {
  const members = await openMembers(page, server)
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')
  await other.context().close()
  await page.reload()
  const { keyboard } = page

  await tabTo(page, page.getByRole('combobox', { name: 'Role', exact: true }))
  await keyboard.press('ArrowDown')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(members.link).toBeFocused()
  await expect(page.getByRole('heading', { name: 'The link for a viewer' })).toBeVisible()
  await tabTo(page, page.getByRole('button', { name: 'Done' }))
  await keyboard.press('Enter')
  await expect(members.create).toBeFocused()

  await tabTo(page, members.role(lin.name))
  await keyboard.press('ArrowDown')
  await expect(members.question(lin.name)).toContainText('As a viewer')
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(members.question(lin.name)).toHaveCount(0)
  await expect(members.role(lin.name)).toHaveValue('viewer')
  await expect(members.role(lin.name)).toBeFocused()

  await keyboard.press('Tab')
  await expect(members.resetButton(lin.name)).toBeFocused()
  await keyboard.press('Tab')
  await expect(members.removeButton(lin.name)).toBeFocused()
  await keyboard.press('Enter')
  await expect(members.dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(members.row(lin.name)).toHaveCount(0)
  await expect(page.getByRole('searchbox', { name: 'Filter 1 person' })).toBeFocused()
})
