import { setUp } from './account.ts'
import { expect, testAlone as test } from './fixtures.ts'
import { InvitePage } from './pages/invite-page.ts'
import { MembersPage } from './pages/members-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { ask } from './places.ts'

test.use({ actionTimeout: 8000 })
test('look', async ({ page, server, browser, expectedErrors }) => {
  test.setTimeout(180_000)
  expectedErrors.push(/./)
  const shots = async (p: typeof page, name: string) => {
    for (const scheme of ['dark', 'light'] as const) {
      for (const width of [1280, 390]) {
        await p.emulateMedia({ colorScheme: scheme })
        await p.setViewportSize({ width, height: 800 })
        await p.screenshot({ path: `/tmp/shots/m-${name}-${scheme}-${width}.png`, fullPage: true })
      }
    }
    await p.setViewportSize({ width: 1280, height: 800 })
  }
  await setUp(page.request, server)
  const pages = new TeamPages(page)
  await pages.load('settings/members', 'Team settings')
  const members = new MembersPage(page)
  await expect(members.rows).toHaveCount(1)
  await shots(page, 'alone')
  const other = await browser.newContext({ baseURL: server.address })
  const p2 = await other.newPage()
  const invite = new InvitePage(p2)
  for (const [name, role] of [
    ['Lin Chen', 'member'],
    ['Max', 'admin'],
    ['Viola', 'viewer'],
    [`Maximilian ${'x'.repeat(60)}`, 'member'],
  ] as const) {
    const link = await members.invite(role)
    await other.clearCookies()
    await p2.goto('about:blank')
    await p2.goto(link)
    await expect(invite.join).toBeVisible()
    await invite.fill({
      name,
      email: `${name.replaceAll(' ', '').slice(0, 40)}@example.com`,
      password: 'correct horse battery',
    })
    if (role === 'member' && name !== 'Lin Chen') await shots(p2, 'invite')
    await invite.join.click()
    await expect(pages.page).toHaveURL(/./)
    await expect(p2.getByRole('heading', { level: 1 })).toHaveText('Projects')
    console.log(p2.url())
    if (role === 'viewer') {
      await p2.goto('/gradient-next/settings/members')
      await expect(p2.getByRole('list', { name: 'Members' })).toBeVisible()
      await shots(p2, 'as-viewer')
    }
  }
  await p2.goto('/gradient-next/settings/audit')
  await expect(p2.getByText('Ask one of them')).toBeVisible()
  await shots(p2, 'audit-member')
  await members.page.getByRole('combobox', { name: 'Role', exact: true }).selectOption('viewer')
  await members.create.click()
  await expect(members.link).toBeFocused()
  const link = await members.link.inputValue()
  await page.reload()
  await expect(members.rows).toHaveCount(5)
  await p2.goto('about:blank')
  await p2.goto(link)
  await expect(p2.getByRole('button', { name: /^Join as/ })).toBeVisible()
  await shots(p2, 'invite-signed-in')
  await p2.getByRole('button', { name: /^Join as/ }).click()
  await expect(p2.getByRole('alert')).toBeVisible()
  await shots(p2, 'invite-conflict')
  await p2.goto('about:blank')
  await p2.goto(`${server.address}/invite#token=abcdef`)
  await expect(invite.unusable).toBeVisible()
  await shots(p2, 'invite-unusable')
  await members.create.click()
  await expect(members.link).toBeFocused()
  await members.role('Lin Chen').selectOption('admin')
  await shots(page, 'full')
  await members.question('Lin Chen').getByRole('button', { name: 'Change role' }).click()
  await expect(members.question('Lin Chen')).toHaveCount(0)
  await members.removeButton('Viola').click()
  await expect(members.dialog).toBeVisible()
  await shots(page, 'remove')
  await members.dialog.getByRole('button', { name: 'Cancel' }).click()
  await members.changeRole('Lin Chen', 'member')
  // project
  const { id } = await ask<{ id: string }>(page, 'POST', 'projects', { name: 'web' })
  await ask(page, 'POST', `projects/${id}/secrets`, { name: 'API_KEY', value: 'x' })
  await page.goto(`/gradient-next/projects/${id}/settings`)
  await page.getByRole('radio', { name: 'Chosen people' }).check()
  await page.getByRole('checkbox', { name: 'Lin Chen' }).check()
  await page.getByRole('button', { name: 'Save access' }).click()
  await expect(page.getByText('Saved').first()).toBeAttached()
  await shots(page, 'project')
  await page.goto('/gradient-next/settings/audit')
  await expect(page.getByRole('list', { name: 'Audit trail' })).toBeVisible()
  await shots(page, 'audit')
  await page.goto('/gradient-next/settings/audit?action=key.create')
  await expect(page.getByText('Nothing on record fits')).toBeVisible()
  await shots(page, 'audit-empty')
  await page.route('**/v1/audit?*', (route) => route.fulfill({ status: 500, headers: { 'x-request-id': 'an-id' } }))
  await page.route('**/v1/members?*', (route) => route.fulfill({ status: 500, headers: { 'x-request-id': 'an-id' } }))
  await page.reload()
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
  await shots(page, 'audit-failed')
  await page.goto('/gradient-next/settings/members')
  await expect(page.getByRole('button', { name: 'Retry' })).toBeVisible()
  await shots(page, 'members-failed')
  await other.close()
})
