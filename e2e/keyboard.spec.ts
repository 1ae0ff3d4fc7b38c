import { SecretsPage } from './pages/secrets-page.ts'
import { SignInPage } from './pages/sign-in-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { account } from './support/account-steps.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { tabTo } from './support/tab-to.ts'
import { openNewScope } from './support/test-scopes.ts'

test('every step from sign-in to sign-out works with the keyboard only', { tag: '@journey' }, async ({
  page,
  expectedErrors,
}) => {
  expectedErrors.push(answered(409))
  const signInPage = new SignInPage(page)
  const pages = new TeamPages(page)
  const secrets = new SecretsPage(page)
  const { keyboard } = page

  await test.step('sign in', async () => {
    await page.goto('/login')
    await expect(pages.heading).toHaveText('Sign in')
    await tabTo(page, signInPage.field('Email'))
    await keyboard.type(account.email)
    await keyboard.press('Tab')
    await expect(signInPage.password).toBeFocused()
    await keyboard.type(account.password)
    await keyboard.press('Enter')
    await expect(pages.heading).toHaveText('Projects')
  })
  await test.step('create a project', async () => {
    await tabTo(page, page.getByRole('button', { name: 'New project' }))
    await keyboard.press('Enter')
    await expect(pages.newNameField('project')).toBeFocused()
    await keyboard.type('Keyboard')
    await keyboard.press('Enter')
    await expect(pages.heading).toHaveText('Keyboard')
    await expect(page.getByRole('main')).toBeFocused()
  })
  await test.step('add', async () => {
    await tabTo(page, secrets.name)
    await keyboard.type('API_KEY')
    await keyboard.press('Enter')
    await expect(secrets.value).toBeFocused()
    await keyboard.type('two')
    await keyboard.press('Enter')
    await keyboard.type('lines')
    await expect(secrets.value).toHaveValue('two\nlines')
    await keyboard.press('Control+Enter')
    await expect(secrets.row('API_KEY')).toBeVisible()
    await expect(secrets.name).toBeFocused()
    await expect(secrets.name).toHaveValue('')
  })
  await test.step('edit', async () => {
    await tabTo(page, secrets.editButton('API_KEY'))
    await keyboard.press('Enter')
    const field = secrets.editForm('API_KEY').getByRole('textbox', { name: 'Value' })
    await expect(field).toBeFocused()
    await keyboard.type('a new value')
    await keyboard.press('Control+Enter')
    await expect(field).toHaveCount(0)
    await expect(secrets.editButton('API_KEY')).toBeFocused()
  })
  await test.step('replace', async () => {
    await tabTo(page, secrets.name, 'Shift+Tab')
    await keyboard.type('API_KEY')
    await keyboard.press('Enter')
    await keyboard.type('another value')
    await keyboard.press('Control+Enter')
    await expect(secrets.offer).toBeVisible()
    await expect(secrets.value).toBeFocused()
    await tabTo(page, secrets.offer.getByRole('button', { name: 'Replace' }))
    await keyboard.press('Enter')
    await expect(secrets.offer).toHaveCount(0)
    await expect(secrets.name).toBeFocused()
  })
  await test.step('move among the rows', async () => {
    await keyboard.type('DB_PASSWORD')
    await keyboard.press('Enter')
    await keyboard.type('a value')
    await keyboard.press('Control+Enter')
    await expect(secrets.row('DB_PASSWORD')).toBeVisible()
    await tabTo(page, secrets.editButton('API_KEY'))
    await keyboard.press('ArrowDown')
    await expect(secrets.editButton('DB_PASSWORD')).toBeFocused()
    await keyboard.press('Home')
    await expect(secrets.editButton('API_KEY')).toBeFocused()
    await keyboard.press('End')
    await expect(secrets.editButton('DB_PASSWORD')).toBeFocused()
  })
  await test.step('delete', async () => {
    await tabTo(page, secrets.deleteButton('DB_PASSWORD'))
    await keyboard.press('Enter')
    await expect(secrets.dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await keyboard.press('Escape')
    await expect(secrets.dialog).toHaveCount(0)
    await expect(secrets.deleteButton('DB_PASSWORD')).toBeFocused()
    await keyboard.press('Enter')
    await expect(secrets.dialog.getByRole('button', { name: 'Cancel' })).toBeFocused()
    await keyboard.press('Tab')
    await expect(secrets.dialog.getByRole('button', { name: 'Delete DB_PASSWORD' })).toBeFocused()
    // Waits until the dialog shows what the deletion affects.
    await expect(secrets.dialog.getByRole('button', { name: 'Delete DB_PASSWORD' })).toBeEnabled()
    await keyboard.press('Enter')
    await expect(secrets.row('DB_PASSWORD')).toHaveCount(0)
    await expect(secrets.undoButton('DB_PASSWORD')).toBeFocused()
  })
  await test.step('sign out', async () => {
    await tabTo(page, page.getByRole('button', { name: /^Account of / }), 'Shift+Tab')
    await keyboard.press('Enter')
    await expect(page.getByRole('menuitem', { name: 'Account' })).toBeFocused()
    await keyboard.press('ArrowDown')
    await expect(page.getByRole('menuitem', { name: 'Sign out' })).toBeFocused()
    await keyboard.press('Enter')
    await expect(pages.heading).toHaveText('Sign in')
  })
})

test('a cancelled dialog does not confirm while it closes', async ({ page }) => {
  const secrets = await openNewScope(page, 'project', ['API_KEY'])
  // The test controls when closing ends.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('[data-ending-style] { transition: opacity 600s !important }')
    document.adoptedStyleSheets.push(sheet)
  })
  const confirm = await secrets.askToDelete('API_KEY')
  const deletions: string[] = []
  page.on('request', (request) => {
    if (request.method() === 'DELETE') deletions.push(request.url())
  })
  await confirm.focus()
  await page.keyboard.press('Escape')
  const closing = page.locator('[role=alertdialog][data-ending-style]')
  await expect(closing).toBeVisible()
  await page.keyboard.press('Enter')
  // What Enter does in the frame in which the button still has the focus.
  await closing.locator('form').evaluate((form: HTMLFormElement) => form.requestSubmit())
  // The transition may not have begun yet.
  await expect(async () => {
    await page.evaluate(() => {
      for (const animation of document.getAnimations()) animation.finish()
    })
    await expect(closing).toHaveCount(0, { timeout: 100 })
  }).toPass()
  await expect(secrets.deleteButton('API_KEY')).toBeFocused()
  await expect(secrets.row('API_KEY')).toBeVisible()
  expect(deletions).toEqual([])
})
