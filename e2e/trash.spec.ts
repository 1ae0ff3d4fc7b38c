import { HistoryView } from './pages/history-view.ts'
import { TrashView } from './pages/trash-view.ts'
import { accessibilityViolations } from './support/accessibility-violations.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { tabTo } from './support/tab-to.ts'
import {
  ask,
  emptyScope,
  fill,
  openNewScope,
  openSecrets,
  resolveWith,
  secretsOf,
  startElsewhere,
} from './support/test-scopes.ts'

test('Undo restores a deleted secret in its row', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(409))
  await startElsewhere(page, 'project')
  const scope = await emptyScope(page, 'project')
  await fill(page, scope, ['API_KEY', 'DB_PASSWORD', 'TOKEN'])
  await ask(page, 'PUT', `${secretsOf(scope)}/DB_PASSWORD`, { value: 'the second' })
  const secrets = await openSecrets(page, scope)
  const trash = new TrashView(page)

  await test.step('the row offers Undo and focuses it', async () => {
    const confirm = await secrets.askToDelete('DB_PASSWORD')
    await expect(secrets.dialog).toContainText(/It goes to the trash and can be restored until \d+ \w+/)
    await confirm.click()
    await secrets.toSay('Deleted DB_PASSWORD')
    await expect(secrets.undoButton('DB_PASSWORD')).toBeFocused()
    await expect(secrets.rows.nth(1)).toContainText(/^DB_PASSWORD was deleted\. It is in the trash until \d+ \w+/)
    await expect(secrets.filter).toHaveAccessibleName('Filter 2 names')
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('Undo restores the secret with its versions', async () => {
    await secrets.undoButton('DB_PASSWORD').click()
    await secrets.toSay('Restored DB_PASSWORD')
    await expect(secrets.deleteButton('DB_PASSWORD')).toBeFocused()
    await expect(secrets.deletedRow('DB_PASSWORD')).toHaveCount(0)
    await expect(secrets.filter).toHaveAccessibleName('Filter 3 names')
    expect(await resolveWith(page, scope, 'DB_PASSWORD')).toBe('the second')
    const history = new HistoryView(page, 'DB_PASSWORD')
    await history.opener.click()
    await expect(history.rows).toHaveCount(2)
    await history.close.click()
  })
  await test.step('the offer is dismissed, or disappears when the filter changes', async () => {
    for (const name of ['API_KEY', 'DB_PASSWORD']) await secrets.delete(name)
    await expect(secrets.undoButton('DB_PASSWORD')).toBeFocused()
    await page.getByRole('button', { name: 'Dismiss that DB_PASSWORD was deleted' }).click()
    await expect(secrets.deleteButton('TOKEN')).toBeFocused()
    await expect(secrets.rows).toHaveCount(2)
    await secrets.filter.fill('to')
    await expect(secrets.rows).toHaveCount(1)
    await secrets.filter.fill('')
    await expect(secrets.row('TOKEN')).toBeVisible()
    await expect(secrets.rows).toHaveCount(1)
  })
  await test.step('a name that exists again shows an error with a link to the trash', async () => {
    await secrets.delete('TOKEN')
    await expect(secrets.undoButton('TOKEN')).toBeFocused()
    await fill(page, scope, ['TOKEN'])
    await secrets.undoButton('TOKEN').click()
    await expect(secrets.deletedRow('TOKEN')).toContainText('“TOKEN” was set again, just now by Ada Lovelace.')
    expect(await accessibilityViolations(page)).toEqual([])
    await page.getByRole('link', { name: 'Open the trash' }).click()
    await expect(trash.rows).toHaveCount(3)
    await expect(trash.rows.first()).toContainText('TOKEN')
  })
  await test.step('the trash cannot restore it either until the name is free', async () => {
    await trash.restore('TOKEN').click()
    await expect(trash.restoring).toContainText('“TOKEN” was set again, just now by Ada Lovelace.')
    await expect(trash.restoring.getByRole('button', { name: 'Restore TOKEN' })).toHaveAccessibleDescription(
      'Its name is taken.',
    )
    expect(await accessibilityViolations(page)).toEqual([])
  })
})

test('a deleted secret is found in the trash, restored or purged', { tag: '@journey' }, async ({ page }) => {
  const secrets = await openNewScope(page, 'team', ['KEPT', 'LOST', 'OTHER'])
  const trash = new TrashView(page)
  // Other tests have deleted secrets of the team as well.
  const [restored, purged] = [
    `RESTORED_${crypto.randomUUID().slice(0, 8)}`,
    `PURGED_${crypto.randomUUID().slice(0, 8)}`,
  ]
  for (const name of [restored, purged]) {
    await secrets.store(name, 'a value')
    await secrets.delete(name)
    await expect(secrets.undoButton(name)).toBeFocused()
  }
  await test.step('the trash shows when and by whom it was deleted, and when it expires', async () => {
    await trash.open()
    await expect(trash.rows.first()).toContainText(purged)
    await expect(trash.row(restored)).toContainText(/deleted just now by Ada Lovelace\s*gone on \d+ \w+/)
    await expect(trash.row(restored)).toContainText('with 1 version')
    await expect(trash.restore(restored)).toHaveAccessibleDescription('deleted just now by Ada Lovelace')
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('the address contains the filter', async () => {
    await trash.filter.fill(restored.slice(-8))
    await expect(page).toHaveURL(/view=trash&q=\w{8}$/)
    await expect(page.getByText('1 deleted secret with “')).toBeVisible()
    await trash.storedLink.click()
    await page.goBack()
    await expect(trash.filter).toHaveValue(restored.slice(-8))
    await expect(trash.rows).toHaveCount(1)
  })
  await test.step('restore it after the plan is shown', async () => {
    await trash.restore(restored).click()
    await expect(trash.restoring).toContainText(/gets? this value\./)
    await expect(trash.restoring).toContainText('It comes back with 1 version; workloads get version 1 again.')
    expect(await accessibilityViolations(page)).toEqual([])
    await trash.restoring.getByRole('button', { name: `Restore ${restored}` }).click()
    await secrets.toSay(`Restored ${restored}`)
    await expect(page.getByText('No deleted secret has “')).toBeVisible()
    await expect(trash.filter).toBeFocused()
    await page.getByRole('button', { name: 'Clear filter' }).click()
    await expect(trash.row(purged)).toBeVisible()
  })
  await test.step('purge it after typing its name', async () => {
    await trash.purge(purged).click()
    const confirm = trash.purging.getByRole('button', { name: `Purge ${purged}` })
    await expect(trash.purging).toContainText('Its value is erased. This cannot be undone.')
    await expect(confirm).toBeDisabled()
    await trash.purging.getByRole('textbox').fill(purged.toLowerCase())
    await expect(confirm).toHaveAccessibleDescription('Type the name of the secret first.')
    await trash.purging.getByRole('textbox').fill(purged)
    expect(await accessibilityViolations(page)).toEqual([])
    await confirm.click()
    await expect(trash.purging).toHaveCount(0)
    await secrets.toSay(`Purged ${purged}`)
    await expect(trash.row(purged)).toHaveCount(0)
  })
  await test.step('the restored name is in the list again', async () => {
    await trash.storedLink.click()
    await expect(page).not.toHaveURL(/\?/)
    await expect(secrets.row(restored)).toContainText('by Ada Lovelace')
  })
})

test('deleting, undoing, restoring and purging work with the keyboard only', async ({ page }) => {
  const secrets = await openNewScope(page, 'cluster', ['TOKEN'])
  const trash = new TrashView(page)
  const { keyboard } = page
  const deleteByKeys = async () => {
    await keyboard.press('Enter')
    const confirm = secrets.dialog.getByRole('button', { name: 'Delete TOKEN' })
    await expect(confirm).toBeEnabled()
    await tabTo(page, confirm)
    await keyboard.press('Enter')
    await expect(secrets.undoButton('TOKEN')).toBeFocused()
  }
  await tabTo(page, secrets.deleteButton('TOKEN'))
  await deleteByKeys()
  await keyboard.press('Enter')
  await expect(secrets.deleteButton('TOKEN')).toBeFocused()
  await deleteByKeys()
  await tabTo(page, trash.link, 'Shift+Tab')
  await keyboard.press('Enter')
  await tabTo(page, trash.restore('TOKEN'))
  await keyboard.press('Enter')
  const restore = trash.restoring.getByRole('button', { name: 'Restore TOKEN' })
  await expect(restore).toBeEnabled()
  await tabTo(page, restore)
  await keyboard.press('Enter')
  await expect(trash.restoring).toHaveCount(0)
  await expect(trash.empty).toBeVisible()
  await tabTo(page, trash.storedLink, 'Shift+Tab')
  await keyboard.press('Enter')
  await tabTo(page, secrets.deleteButton('TOKEN'))
  await deleteByKeys()
  await tabTo(page, trash.link, 'Shift+Tab')
  await keyboard.press('Enter')
  await tabTo(page, trash.purge('TOKEN'))
  await keyboard.press('Enter')
  await expect(trash.purging.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await keyboard.press('Shift+Tab')
  await expect(trash.purging.getByRole('textbox')).toBeFocused()
  await keyboard.type('TOKEN')
  await keyboard.press('Enter')
  await expect(trash.purging).toHaveCount(0)
  await expect(trash.empty).toBeVisible()
  await expect(page.getByText('Deleted secrets stay here for 30 days.')).toBeVisible()
  expect(await accessibilityViolations(page)).toEqual([])
})
