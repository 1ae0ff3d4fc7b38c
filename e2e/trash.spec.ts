import { HistoryView } from './pages/history-view.ts'
import { TrashView } from './pages/trash-view.ts'
import { barriers } from './support/barriers.ts'
import { answered, expect, test } from './support/fixtures.ts'
import {
  ask,
  emptyPlace,
  fill,
  openNewPlace,
  openSecrets,
  resolveWith,
  secretsOf,
  startElsewhere,
} from './support/places.ts'
import { tabTo } from './support/tab-to.ts'

test('a deletion is undone in the place of its row', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(409))
  await startElsewhere(page, 'project')
  const place = await emptyPlace(page, 'project')
  await fill(page, place, ['API_KEY', 'DB_PASSWORD', 'TOKEN'])
  await ask(page, 'PUT', `${secretsOf(place)}/DB_PASSWORD`, { value: 'the second' })
  const secrets = await openSecrets(page, place)
  const trash = new TrashView(page)

  await test.step('it says so, and offers Undo with the focus on it', async () => {
    const confirm = await secrets.askToDelete('DB_PASSWORD')
    await expect(secrets.dialog).toContainText(/It goes to the trash and can be restored until \d+ \w+/)
    await confirm.click()
    await secrets.toSay('Deleted DB_PASSWORD')
    await expect(secrets.undoButton('DB_PASSWORD')).toBeFocused()
    await expect(secrets.rows.nth(1)).toContainText(/^DB_PASSWORD was deleted\. It is in the trash until \d+ \w+/)
    await expect(secrets.filter).toHaveAccessibleName('Filter 2 names')
    expect(await barriers(page)).toEqual([])
  })
  await test.step('Undo brings it back with its versions', async () => {
    await secrets.undoButton('DB_PASSWORD').click()
    await secrets.toSay('Restored DB_PASSWORD')
    await expect(secrets.deleteButton('DB_PASSWORD')).toBeFocused()
    await expect(secrets.deletedRow('DB_PASSWORD')).toHaveCount(0)
    await expect(secrets.filter).toHaveAccessibleName('Filter 3 names')
    expect(await resolveWith(page, place, 'DB_PASSWORD')).toBe('the second')
    const history = new HistoryView(page, 'DB_PASSWORD')
    await history.opener.click()
    await expect(history.rows).toHaveCount(2)
    await history.close.click()
  })
  await test.step('the offer is dismissed, or goes with a change of the filter', async () => {
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
  await test.step('a name that is taken meanwhile is told, with the way to the trash', async () => {
    await secrets.delete('TOKEN')
    await expect(secrets.undoButton('TOKEN')).toBeFocused()
    await fill(page, place, ['TOKEN'])
    await secrets.undoButton('TOKEN').click()
    await expect(secrets.deletedRow('TOKEN')).toContainText('“TOKEN” was set again, just now by Ada Lovelace.')
    expect(await barriers(page)).toEqual([])
    await page.getByRole('link', { name: 'Open the trash' }).click()
    await expect(trash.rows).toHaveCount(3)
    await expect(trash.rows.first()).toContainText('TOKEN')
  })
  await test.step('where it cannot be restored either, until the name is free', async () => {
    await trash.restore('TOKEN').click()
    await expect(trash.restoring).toContainText('“TOKEN” was set again, just now by Ada Lovelace.')
    await expect(trash.restoring.getByRole('button', { name: 'Restore TOKEN' })).toHaveAccessibleDescription(
      'Its name is taken.',
    )
    expect(await barriers(page)).toEqual([])
  })
})

test('what was deleted is found in the trash, restored or purged', { tag: '@journey' }, async ({ page }) => {
  const secrets = await openNewPlace(page, 'team', ['KEPT', 'LOST', 'OTHER'])
  const trash = new TrashView(page)
  // The trash of the team has what other tests have deleted.
  const [kept, lost] = [`KEPT_${crypto.randomUUID().slice(0, 8)}`, `LOST_${crypto.randomUUID().slice(0, 8)}`]
  for (const name of [kept, lost]) {
    await secrets.store(name, 'a value')
    await secrets.delete(name)
    await expect(secrets.undoButton(name)).toBeFocused()
  }
  await test.step('it says when it was deleted, by whom, and until when it is there', async () => {
    await trash.open()
    await expect(trash.rows.first()).toContainText(lost)
    await expect(trash.row(kept)).toContainText(/deleted just now by Ada Lovelace\s*gone on \d+ \w+/)
    await expect(trash.row(kept)).toContainText('with 1 version')
    await expect(trash.restore(kept)).toHaveAccessibleDescription('deleted just now by Ada Lovelace')
    expect(await barriers(page)).toEqual([])
  })
  await test.step('the filter is kept in the address', async () => {
    await trash.filter.fill(kept.slice(-8))
    await expect(page).toHaveURL(/view=trash&q=\w{8}$/)
    await expect(page.getByText('1 deleted secret with “')).toBeVisible()
    await trash.storedLink.click()
    await page.goBack()
    await expect(trash.filter).toHaveValue(kept.slice(-8))
    await expect(trash.rows).toHaveCount(1)
  })
  await test.step('it is restored, after what that touches was told', async () => {
    await trash.restore(kept).click()
    await expect(trash.restoring).toContainText(/gets? this value\./)
    await expect(trash.restoring).toContainText('It comes back with 1 version; workloads get version 1 again.')
    expect(await barriers(page)).toEqual([])
    await trash.restoring.getByRole('button', { name: `Restore ${kept}` }).click()
    await secrets.toSay(`Restored ${kept}`)
    await expect(page.getByText('No deleted secret has “')).toBeVisible()
    await expect(trash.filter).toBeFocused()
    await page.getByRole('button', { name: 'Clear filter' }).click()
    await expect(trash.row(lost)).toBeVisible()
  })
  await test.step('it is purged, after its name was typed', async () => {
    await trash.purge(lost).click()
    const confirm = trash.purging.getByRole('button', { name: `Purge ${lost}` })
    await expect(trash.purging).toContainText('Its value is erased. This cannot be undone.')
    await expect(confirm).toBeDisabled()
    await trash.purging.getByRole('textbox').fill(lost.toLowerCase())
    await expect(confirm).toHaveAccessibleDescription('Type the name of the secret first.')
    await trash.purging.getByRole('textbox').fill(lost)
    expect(await barriers(page)).toEqual([])
    await confirm.click()
    await expect(trash.purging).toHaveCount(0)
    await secrets.toSay(`Purged ${lost}`)
    await expect(trash.row(lost)).toHaveCount(0)
  })
  await test.step('it is among the stored names again', async () => {
    await trash.storedLink.click()
    await expect(page).not.toHaveURL(/\?/)
    await expect(secrets.row(kept)).toContainText('by Ada Lovelace')
  })
})

test('deleting, undoing, restoring and purging need the keyboard only', async ({ page }) => {
  const secrets = await openNewPlace(page, 'cluster', ['TOKEN'])
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
  expect(await barriers(page)).toEqual([])
})
