import type { Page } from '@playwright/test'
import { pageButton } from './pages/page-button.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { type MadeScope, TeamPages } from './pages/team-pages.ts'
import { accessibilityViolations } from './support/accessibility-violations.ts'
import { account, namespace, setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import type { ServerProcess } from './support/server-process.ts'

/** Opens the menu of teams and chooses an item. */
const switchTo = async (page: Page, team: string, item: string): Promise<void> => {
  await page.getByRole('button', { name: `Team ${team}`, exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

const expectNoAxeFindings = async (page: Page): Promise<void> => expect(await accessibilityViolations(page)).toEqual([])

/** Opens Team settings, General. */
const openGeneral = async (page: Page): Promise<void> => {
  await page.getByRole('link', { name: 'Team settings' }).click()
  await page.getByRole('link', { name: 'General', exact: true }).click()
  await expect(page.getByRole('textbox', { name: 'Team name' })).toBeVisible()
}

const start = async (page: Page, server: ServerProcess): Promise<TeamPages> => {
  await setUp(page, server)
  const pages = new TeamPages(page)
  await pages.load('projects', 'Projects')
  return pages
}

test('a second team is made, left and entered by the switcher', async ({ page, server }) => {
  const pages = await start(page, server)
  await switchTo(page, account.team, 'New team')
  await pages.dialog.getByRole('button', { name: 'Create team' }).click()
  await expect(pages.dialog.getByText('Type a name.')).toBeVisible()
  await pages.dialog.getByRole('textbox', { name: 'Team name' }).fill('Second Team')
  await pages.dialog.getByRole('button', { name: 'Create team' }).click()
  await expect(page).toHaveURL(`${server.address}/second-team/projects`)
  await expect(page.getByRole('button', { name: 'Team Second Team' })).toBeVisible()
  await switchTo(page, 'Second Team', account.team)
  await expect(page).toHaveURL(`${server.address}/${namespace}/projects`)
})

test('a team is renamed, and its old address leads to the new one', async ({ page, server }) => {
  await start(page, server)
  await openGeneral(page)
  await expectNoAxeFindings(page)
  const address = page.getByRole('textbox', { name: 'Address' })
  await page.getByRole('textbox', { name: 'Team name' }).fill('Renamed')
  await address.fill('vault')
  await page.getByRole('button', { name: 'Save team' }).click()
  await expect(page.getByText('The server uses this address itself. Choose another one.')).toBeVisible()
  await address.fill('renamed')
  await page.getByRole('textbox', { name: 'Sign out when unused for (minutes)' }).fill('90')
  await page.getByRole('button', { name: 'Save team' }).click()
  await expect(page).toHaveURL(`${server.address}/renamed/settings/general`)
  await expect(page.getByRole('button', { name: 'Team Renamed' })).toBeVisible()
  await page.goto(`/${namespace}/settings/general?from=before`)
  await expect(page).toHaveURL(`${server.address}/renamed/settings/general?from=before`)
  await expect(page.getByRole('textbox', { name: 'Sign out when unused for (minutes)' })).toHaveValue('90')
})

test('a deleted team comes back with its secrets', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(401), answered(403), answered(404))
  const pages = await start(page, server)
  await pages.make('project', 'web')
  await new SecretsPage(page).store('KEPT', 'a value')
  await openGeneral(page)
  await pageButton(page, 'Delete team').click()
  const dialog = page.getByRole('alertdialog', { name: `Delete the team “${account.team}”?` })
  const button = dialog.getByRole('button', { name: 'Delete team' })
  await expect(button).toBeDisabled()
  await dialog.getByRole('textbox').fill(account.team)
  await button.click()
  await expect(page.getByRole('heading', { name: 'You are not in a team' })).toBeVisible()
  await expect(page.getByRole('list', { name: 'Deleted teams' })).toContainText(account.team)
  await page.getByRole('button', { name: `Restore ${account.team}` }).click()
  await pages.dialog.getByRole('button', { name: 'Restore team' }).click()
  await expect(page).toHaveURL(`${server.address}/${namespace}/projects`)
  await pages.openScope('project', 'web')
  await expect(new SecretsPage(page).editButton('KEPT')).toBeVisible()
})

for (const kind of ['project', 'cluster'] as const satisfies MadeScope[]) {
  test(`a deleted ${kind} comes back with its secrets, under another name if its own is taken`, async ({
    page,
    server,
    expectedErrors,
  }) => {
    expectedErrors.push(answered(404), answered(409))
    const pages = await start(page, server)
    await pages.openList(kind)
    await pages.make(kind, 'web')
    await new SecretsPage(page).store('KEPT', 'a value')
    if (kind === 'cluster') await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await pageButton(page, `Delete ${kind}`).click()
    const asked = page.getByRole('alertdialog')
    await asked.getByRole('textbox').fill('web')
    await asked.getByRole('button', { name: `Delete ${kind}` }).click()
    await expect(page.getByRole('list', { name: `Deleted ${kind}s` })).toContainText('with 1 secret')
    await expectNoAxeFindings(page)
    await pages.make(kind, 'web')
    await pages.openList(kind)
    await page.getByRole('button', { name: 'Restore web' }).click()
    await pages.dialog.getByRole('button', { name: `Restore ${kind}` }).click()
    await expect(pages.dialog.getByText(`Another ${kind} is called “web” by now.`)).toBeVisible()
    await pages.dialog.getByRole('textbox', { name: 'Name' }).fill('web before')
    await pages.dialog.getByRole('button', { name: `Restore ${kind}` }).click()
    await expect(page.getByRole('list', { name: `Deleted ${kind}s` })).toHaveCount(0)
    await pages.openScope(kind, 'web before')
    await expect(new SecretsPage(page).editButton('KEPT')).toBeVisible()
  })
}
