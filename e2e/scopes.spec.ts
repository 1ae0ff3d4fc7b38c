import { pageButton } from './pages/page-button.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { expect, test } from './support/fixtures.ts'

for (const kind of ['project', 'cluster'] as const) {
  test(`a ${kind} is created, renamed, and deleted with its secrets after its name is typed`, {
    tag: '@journey',
  }, async ({ page }) => {
    const pages = new TeamPages(page)
    const secrets = new SecretsPage(page)
    const name = `${kind}-${crypto.randomUUID().slice(0, 8)}`
    await pages.load(
      kind === 'project' ? 'projects' : 'settings/clusters',
      kind === 'project' ? 'Projects' : 'Team settings',
    )

    await test.step('make', async () => {
      await page.getByRole('button', { name: `New ${kind}` }).click()
      await expect(pages.newNameField(kind)).toBeFocused()
      await pages.dialog.getByRole('button', { name: `Create ${kind}` }).click()
      await expect(pages.dialog.getByText('Type a name.')).toBeVisible()
      await pages.dialog.getByRole('button', { name: 'Cancel' }).click()
      await expect(pages.dialog).toHaveCount(0)
      await pages.make(kind, name)
      await secrets.store('FIRST', 'a value')
      await secrets.store('SECOND', 'a value')
    })
    await test.step('rename', async () => {
      if (kind === 'cluster') await page.getByRole('link', { name: 'Settings', exact: true }).click()
      await pages.nameField(kind).fill(`${name} renamed`)
      await page.getByRole('button', { name: kind === 'project' ? 'Save name' : 'Save changes' }).click()
      await expect(pages.heading).toHaveText(`${name} renamed`)
      await pages.openList(kind)
      await expect(pages.row(kind, `${name} renamed`)).toContainText('2 secrets')
    })
    await test.step('delete', async () => {
      await pages.openScope(kind, `${name} renamed`)
      if (kind === 'cluster') await page.getByRole('link', { name: 'Settings', exact: true }).click()
      await pageButton(page, `Delete ${kind}`).click()
      const dialog = page.getByRole('alertdialog', { name: `Delete the ${kind} “${name} renamed”?` })
      await expect(dialog).toContainText('2 secrets are deleted with it.')
      const button = dialog.getByRole('button', { name: `Delete ${kind}` })
      await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
      await expect(button).toHaveAccessibleDescription(`Type the name of the ${kind} first.`)
      await expect(button).toBeDisabled()
      await dialog.getByRole('textbox').fill(name)
      await dialog.getByRole('textbox').press('Enter')
      await expect(button).toBeDisabled()
      await dialog.getByRole('textbox').fill(`${name} renamed`)
      await button.click()
      await expect(page.getByText(`Deleted ${name} renamed`)).toBeAttached()
      await expect(pages.heading).toHaveText(kind === 'project' ? 'Projects' : 'Team settings')
      await expect(pages.row(kind, `${name} renamed`)).toHaveCount(0)
    })
  })
}
