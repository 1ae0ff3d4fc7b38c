import { setTimeout as after } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { ApiKeysPage } from './pages/api-keys-page.ts'
import { HistoryView } from './pages/history-view.ts'
import { pageButton } from './pages/page-button.ts'
import { SecretsPage } from './pages/secrets-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { TrashView } from './pages/trash-view.ts'
import { account, setUp } from './support/account-steps.ts'
import { ageSessions } from './support/aged-session.ts'
import { answered, expect, test, testAlone } from './support/fixtures.ts'
import { ask, emptyScope, fill, openSecrets, secretsOf } from './support/test-scopes.ts'

const newName = () => `key-${crypto.randomUUID().slice(0, 8)}`
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

test('a key is created with a name only, copied, stored as a secret, used, and refused after it is revoked', {
  tag: '@journey',
}, async ({ page, context, playwright, installation }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const keys = new ApiKeysPage(page)
  await keys.load()
  const project = await emptyScope(page, 'project')
  const name = newName()
  const key = await keys.make(name)

  await test.step('copy', async () => {
    await keys.made(name).getByRole('button', { name: 'Copy' }).click()
    await expect(keys.made(name).getByText('Copied', { exact: true })).toBeVisible()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  })
  await test.step('store', async () => {
    await keys.storeInProject(name, project.name)
    await expect(keys.storeDialog).toHaveCount(0)
    await expect(keys.made(name).getByRole('status')).toContainText(
      `Stored as GRADIENT_API_KEY in project “${project.name}”.`,
    )
    await expect(keys.keyField(name)).toHaveValue(key)
    await keys.made(name).getByRole('link', { name: project.name }).click()
    await expect(new SecretsPage(page).row('GRADIENT_API_KEY')).toBeVisible()
  })
  const anyone = await playwright.request.newContext({
    baseURL: installation.address,
    storageState: { cookies: [], origins: [] },
  })
  const call = (headers: Record<string, string>) => anyone.get(`/v1/${secretsOf(project)}`, { headers })
  const ways = [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }]
  await test.step('use', async () => {
    expect((await call({})).status()).toBe(401)
    for (const way of ways) {
      const answer = await call(way)
      expect(answer.status()).toBe(200)
      expect((await answer.json()).items).toMatchObject([{ name: 'GRADIENT_API_KEY' }])
    }
    await keys.load()
    await expect(keys.row(name)).toContainText('last used just now from')
  })
  await test.step('revoke', async () => {
    await keys.revoke(name)
    for (const way of ways) expect((await call(way)).status()).toBe(401)
  })
  await anyone.dispose()
})

test('a key has the chosen access, limits and expiry', async ({ page }) => {
  const keys = new ApiKeysPage(page)
  await keys.load()
  const [project, cluster] = [await emptyScope(page, 'project'), await emptyScope(page, 'cluster')]
  const name = newName()
  const expires = keys.form.getByLabel('Expires')
  await expect(keys.form).toContainText('Manages secrets · expires ')
  await keys.options.click()

  await test.step('a custom expiry requires a day', async () => {
    await keys.name.fill(name)
    await expires.selectOption('date')
    await keys.add.click()
    await expect(keys.form.getByLabel('Last day')).toBeFocused()
    await expect(keys.form.getByText('Choose a day.')).toBeVisible()
    await expect(keys.name).toHaveValue(name)
  })
  await test.step('the closed options show the choices', async () => {
    await expires.selectOption('never')
    await keys.form.getByRole('radio', { name: 'Run workloads' }).check()
    await keys.choose(keys.form.getByRole('combobox', { name: 'Only in project' }), project.name)
    await keys.choose(keys.form.getByRole('combobox', { name: 'Only on cluster' }), cluster.name)
    await keys.options.click()
    await expect(keys.form).toContainText(
      `Runs workloads · project ${project.name} · cluster ${cluster.name} · never expires`,
    )
  })
  await keys.add.click()
  for (const words of ['Runs workloads', `project ${project.name}`, `cluster ${cluster.name}`, 'never expires']) {
    await expect(keys.row(name)).toContainText(words)
  }
  await expect(keys.form).toContainText('Manages secrets · expires ')
})

test('the list warns before a key expires and marks an expired key', async ({ page }) => {
  const keys = new ApiKeysPage(page)
  await keys.load()
  const name = newName()
  await ask(page, 'POST', 'api-keys', { name, expiresAt: inDays(15.5) })
  await page.reload()
  await expect(keys.row(name)).toContainText(/expires \d/)
  await page.clock.setFixedTime(inDays(10))
  await page.reload()
  await expect(keys.row(name)).toContainText('expires in 5 days')
  await page.clock.setFixedTime(inDays(16))
  await page.reload()
  await expect(keys.row(name)).toContainText(/expired \d/)
})

test('a key is copied without the clipboard API, or the page says that copying failed', async ({ page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined }))
  const keys = new ApiKeysPage(page)
  await keys.load()
  const name = newName()
  const key = await keys.make(name)
  const copy = keys.made(name).getByRole('button', { name: 'Copy' })
  const paste = async () => {
    await keys.name.fill('')
    await keys.name.press('Control+v')
  }
  await copy.click()
  await expect(keys.made(name).getByText('Copied', { exact: true })).toBeVisible()
  await paste()
  await expect(keys.name).toHaveValue(key)

  await page.evaluate(() => Object.defineProperty(document, 'execCommand', { value: () => false }))
  await copy.click()
  await expect(keys.made(name).getByText('Not copied: select the text')).toBeVisible()
  await keys.name.fill('something else')
  await keys.name.press('Control+a')
  await keys.name.press('Control+c')
  await keys.keyField(name).focus()
  await keys.keyField(name).press('Control+a')
  await keys.keyField(name).press('Control+c')
  await paste()
  await expect(keys.name).toHaveValue(key)
})

/** Returns everything that the page shows or stores in the browser. */
const traces = (page: Page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')] as HTMLInputElement[]
    return JSON.stringify([
      document.documentElement.outerHTML,
      fields.map(({ value, defaultValue }) => [value, defaultValue]),
      { ...localStorage },
      { ...sessionStorage },
      history.state,
      location.href,
    ])
  })

test('Done and leaving the page both remove the key from the page', async ({ page }) => {
  const keys = new ApiKeysPage(page)
  await keys.load()
  const [first, second] = [newName(), newName()]
  const key = await keys.make(first)
  const other = await keys.make(second)
  expect(await traces(page)).toContain(key)
  await keys.made(first).getByRole('button', { name: 'Done' }).click()
  await expect(keys.made(first)).toHaveCount(0)
  await expect(keys.name).toBeFocused()
  expect(await traces(page)).not.toContain(key)
  expect(await traces(page)).toContain(other)

  await new TeamPages(page).openProjects()
  expect(await traces(page)).not.toContain(other)
  await page.goBack()
  await expect(keys.row(second)).toBeVisible()
  expect(await traces(page)).not.toContain(other)
})

test('storing a key under an existing name asks before it replaces the secret', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(409))
  const keys = new ApiKeysPage(page)
  await keys.load()
  const project = await emptyScope(page, 'project')
  await fill(page, project, ['GRADIENT_API_KEY'])
  const name = newName()
  await keys.make(name)
  await keys.storeInProject(name, project.name)
  await expect(keys.storeDialog).toContainText(`GRADIENT_API_KEY was set by ${account.name}`)
  await keys.storeDialog.getByRole('button', { name: 'Keep' }).click()
  await keys.storeDialog.getByRole('textbox', { name: 'Secret name' }).fill('not a name')
  await keys.storeDialog.getByRole('button', { name: 'Store', exact: true }).click()
  await expect(keys.storeDialog.getByRole('textbox', { name: 'Secret name' })).toBeFocused()
  await keys.storeDialog.getByRole('textbox', { name: 'Secret name' }).fill('GRADIENT_API_KEY')
  await keys.storeDialog.getByRole('button', { name: 'Store', exact: true }).click()
  const sent = page.waitForRequest((request) => request.method() === 'PUT')
  await keys.storeDialog.getByRole('button', { name: 'Replace' }).click()
  expect((await sent).postDataJSON()).toEqual({ value: await keys.keyField(name).inputValue() })
  await expect(keys.made(name).getByRole('status')).toContainText('Stored as GRADIENT_API_KEY')
})

// Uses a server of its own: keys are sorted by name, so this many would push other tests' keys off the first page.
testAlone('a list of more than 100 keys loads page by page', async ({ page, server }) => {
  await setUp(page, server)
  const keys = new ApiKeysPage(page)
  await keys.load()
  const name = newName()
  for (let index = 0; index < 55; index++) await ask(page, 'POST', 'api-keys', { name: `${name}-${100 + index}` })
  await page.reload()
  await expect(keys.own).toHaveCount(50)
  const last = `${name}-154`
  await expect(async () => {
    if ((await keys.row(last).count()) === 0) await page.getByRole('button', { name: 'Show more' }).click()
    await expect(keys.row(last)).toBeVisible({ timeout: 1000 })
  }).toPass()
  await expect(keys.own.getByRole('button').and(page.locator(':focus'))).toHaveCount(1)
})

test('a key is created, stored, dismissed and revoked with the keyboard only', async ({ page }) => {
  const keys = new ApiKeysPage(page)
  const { keyboard } = page
  await keys.load()
  await ask(page, 'POST', 'projects', { name: 'A first one' })
  const project = await emptyScope(page, 'project')
  // Enter may arrive before the answer. It must not choose from the previous list.
  await page.route(/\/v1\/projects\?.*q=/, async (route) => {
    await after(500)
    await route.continue()
  })
  const name = newName()
  await keys.name.focus()
  await keyboard.type(name)
  await keyboard.press('Enter')
  await expect(keys.keyField(name)).toBeFocused()
  await keyboard.press('Tab')
  await expect(keys.made(name).getByRole('button', { name: 'Copy' })).toBeFocused()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(keys.storeDialog.getByRole('radio', { name: 'A project' })).toBeFocused()
  await keyboard.press('Tab')
  await keyboard.type(project.name)
  await expect(page.getByRole('option', { name: project.name })).toBeVisible()
  await keyboard.press('Enter')
  await expect(keys.storeDialog.getByRole('combobox', { name: 'Project' })).toHaveValue(project.name)
  await expect(page.getByRole('option')).toHaveCount(0)
  await keyboard.press('Enter')
  await expect(keys.made(name).getByRole('status')).toContainText('Stored as GRADIENT_API_KEY')
  await expect(keys.made(name).getByRole('button', { name: 'Store as secret…' })).toBeFocused()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(keys.name).toBeFocused()

  const revoke = keys.revokeButton(name)
  await revoke.focus()
  await keyboard.press('Enter')
  await expect(keys.question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await keyboard.press('Escape')
  await expect(keys.question).toHaveCount(0)
  await expect(revoke).toBeFocused()
  await keyboard.press('Enter')
  await expect(keys.question.getByRole('button', { name: 'Cancel' })).toBeFocused()
  await keyboard.press('Tab')
  await keyboard.press('Enter')
  await expect(keys.row(name)).toHaveCount(0)
})

testAlone(
  'a new key, a purge and a deletion require the password ten minutes after it was given',
  async ({ page, server, expectedErrors }) => {
    expectedErrors.push(answered(403), answered(400))
    await setUp(page, server)
    const keys = new ApiKeysPage(page)
    const password = keys.confirmation.getByLabel('Password')
    const confirm = keys.confirmation.getByRole('button', { name: 'Confirm' })
    await keys.load()
    const project = await emptyScope(page, 'project')
    await ageSessions(server)

    await test.step('cancelling shows no error and loses no input', async () => {
      await keys.name.fill('deploy')
      await keys.add.click()
      await expect(password).toBeFocused()
      await password.fill('something')
      await keys.confirmation.getByRole('button', { name: 'Cancel' }).click()
      await expect(keys.confirmation).toHaveCount(0)
      await expect(keys.name).toHaveValue('deploy')
      await expect(page.getByRole('alert')).toHaveCount(0)
      await expect(keys.own).toHaveCount(0)
    })
    await test.step('a wrong password is asked for again', async () => {
      await keys.add.click()
      await expect(password).toHaveValue('')
      await password.fill('not the password')
      await confirm.click()
      await expect(keys.confirmation.getByRole('alert')).toContainText('This is not your password.')
      await expect(password).toBeFocused()
    })
    await test.step('the right password creates the key', async () => {
      await password.fill(account.password)
      await password.press('Enter')
      await expect(keys.keyField('deploy')).toHaveValue(/^gsec_/)
      expect(await traces(page)).not.toContain(account.password)
    })
    await test.step('purge an old version and a deleted secret after confirming', async () => {
      await fill(page, project, ['TOKEN', 'GONE'])
      await ask(page, 'PUT', `${secretsOf(project)}/TOKEN`, { value: 'another' })
      await ask(page, 'DELETE', `${secretsOf(project)}/GONE`)
      await openSecrets(page, project)
      await ageSessions(server)
      const history = new HistoryView(page, 'TOKEN')
      await history.opener.click()
      await history.purge(1).click()
      await history.purging.getByRole('button', { name: 'Purge version 1' }).click()
      await expect(password).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(keys.confirmation).toHaveCount(0)
      await expect(history.row(1)).toBeAttached()
      await page.keyboard.press('Enter')
      await password.fill(account.password)
      await confirm.click()
      await expect(history.purging).toHaveCount(0)
      await expect(history.row(1)).toHaveCount(0)

      await ageSessions(server)
      const trash = new TrashView(page)
      await trash.open()
      await trash.purge('GONE').click()
      await trash.purging.getByRole('textbox').fill('GONE')
      await page.keyboard.press('Enter')
      await password.fill(account.password)
      await confirm.click()
      await expect(trash.empty).toBeVisible()
    })
    await test.step('delete a project after confirming, from the dialog that asked for its name', async () => {
      await ageSessions(server)
      const pages = new TeamPages(page)
      await pages.openScope('project', project.name)
      await pageButton(page, 'Delete project').click()
      const question = page.getByRole('alertdialog')
      await question.getByRole('textbox').fill(project.name)
      await question.getByRole('button', { name: 'Delete project' }).click()
      await expect(password).toBeFocused()
      await page.keyboard.press('Escape')
      await expect(keys.confirmation).toHaveCount(0)
      await expect(question.getByRole('button', { name: 'Delete project' })).toBeFocused()
      await expect(question.getByRole('alert')).toHaveCount(0)
      await page.keyboard.press('Enter')
      await password.fill(account.password)
      await confirm.click()
      await expect(pages.heading).toHaveText('Projects')
      await expect(pages.row('project', project.name)).toHaveCount(0)
    })
  },
)

test('a key of the team is made with addresses, listed as the team’s, warned of and renewed', async ({ page }) => {
  const keys = new ApiKeysPage(page)
  await keys.load()
  const name = newName()
  await keys.options.click()
  await keys.form.getByRole('radio', { name: 'The team' }).check()
  await keys.form.getByLabel('Only from addresses').fill('192.0.2.0/24, 2001:db8::/32')
  const key = await keys.make(name)
  const row = keys.ofTeam.filter({ hasText: name })
  await expect(row).toContainText('the team’s')
  await expect(row).toContainText('only from 192.0.2.0/24, 2001:db8::/32')
  await keys.made(name).getByRole('button', { name: 'Done' }).click()

  await row.getByRole('button', { name: `Renew ${name} of the team` }).click()
  const dialog = page.getByRole('dialog', { name: `Renew “${name}”` })
  await dialog.getByLabel('The old key goes on working').selectOption('For 7 days')
  await dialog.getByRole('button', { name: 'Renew' }).click()
  await expect(keys.keyField(name)).not.toHaveValue(key)
  await expect(row).toHaveCount(2)
  await expect(row.filter({ hasText: 'renewed' })).toContainText(/expires in [67] days/)
  await expect(row.filter({ hasText: 'renewed' }).getByRole('button', { name: /^Renew/ })).toHaveCount(0)
})
