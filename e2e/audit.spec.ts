import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuditPage } from './pages/audit-page.ts'
import { SignInPage } from './pages/sign-in-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { account, namespace, setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import { joinTeam, lin, otherBrowser } from './support/people.ts'
import { ask, emptyScope, fill, openSecrets, startElsewhere } from './support/test-scopes.ts'

const root = join(import.meta.dirname, '..')

/** Verifies an export with the command, which needs no server. */
const verify = (file: string, key: string) =>
  spawnSync(process.execPath, ['scripts/audit-verify.ts', file, '--key', key], { cwd: root, encoding: 'utf8' })

test('the trail records every change to a secret, but never its value', { tag: '@journey' }, async ({
  page,
  server,
}) => {
  await setUp(page, server)
  await startElsewhere(page, 'project')
  const scope = await emptyScope(page, 'project')
  const secrets = await openSecrets(page, scope)
  await secrets.store('API_KEY', 'a first value')
  await secrets.editButton('API_KEY').click()
  await secrets.editForm('API_KEY').getByRole('textbox', { name: 'Value' }).fill('a second value')
  await secrets.editForm('API_KEY').getByRole('button', { name: 'Save' }).click()
  await secrets.toSay('Saved API_KEY')
  await secrets.delete('API_KEY')
  await expect(secrets.row('API_KEY')).toHaveCount(0)

  const audit = new AuditPage(page)
  await audit.open()
  await expect(audit.rows.nth(0)).toContainText(`Ada Lovelace deleted API_KEY from project ${scope.name}`)
  await expect(audit.rows.nth(1)).toContainText(`Ada Lovelace set a new value of API_KEY in project ${scope.name}`)
  await expect(audit.rows.nth(2)).toContainText(`Ada Lovelace set API_KEY in project ${scope.name}`)
  await expect(audit.rows.nth(3)).toContainText(`Ada Lovelace created project ${scope.name}`)
  await expect(audit.rows.last()).toContainText('Ada Lovelace created the team “Gradient Next”')
  await expect(audit.rows.nth(0)).toContainText('just now')
  await expect(audit.rows.nth(0)).toContainText('from 127.0.0.1')
  expect(await page.content()).not.toMatch(/a (first|second) value/)
})

test('the trail filters by member, action, name and time, and keeps the filters in the address', async ({
  page,
  server,
  browser,
}) => {
  await setUp(page, server)
  await new TeamPages(page).load('settings/members', 'Team settings')
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'admin')
  const scope = await emptyScope(page, 'project')
  await fill(page, scope, ['API_KEY', 'DB_PASSWORD'])
  await fill(other, scope, ['HF_TOKEN'])
  await other.context().close()
  const audit = new AuditPage(page)
  await audit.open()

  await audit.action.selectOption('Secret set')
  await expect(audit.rows).toHaveCount(3)
  await expect(page).toHaveURL(/\?action=secret\.set$/)
  await audit.name.fill('_k')
  await expect(audit.rows).toHaveCount(1)
  await expect(page.getByText('1 record with this filter')).toBeVisible()
  await page.reload()
  await expect(audit.name).toHaveValue('_k')
  await expect(audit.rows).toHaveCount(1)

  await audit.clear.click()
  await expect(audit.name).toHaveValue('')
  await expect(page).not.toHaveURL(/\?/)
  await audit.person.selectOption(lin.name)
  await expect(audit.rows.first()).toContainText('Lin Chen set HF_TOKEN')
  await expect(audit.rows.filter({ hasText: account.name })).toHaveCount(0)

  await audit.to.fill('2020-01-31')
  await expect(page.getByText('Nothing on record fits the filter')).toBeVisible()
  await audit.to.fill('')
  await audit.from.fill('2020-01-31')
  await expect(audit.rows.first()).toContainText('Lin Chen set HF_TOKEN')
})

test('a long trail loads back to its first record', async ({ page, server }) => {
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  const scope = await emptyScope(page, 'project')
  await fill(
    page,
    scope,
    Array.from({ length: 60 }, (_, index) => `NAME_${index}`),
  )
  const audit = new AuditPage(page)
  await audit.open()
  await expect(audit.rows).toHaveCount(50)
  await page.getByRole('button', { name: 'Show more' }).click()
  await expect(audit.rows.last()).toContainText('created the team')
  await expect(audit.rows.nth(50).getByRole('button')).toBeFocused()
  await expect(page.getByRole('button', { name: 'Show more' })).toHaveCount(0)
  const numbers = await audit.rows.getByText(/^No\. \d+$/).allTextContents()
  expect(numbers).toEqual(numbers.map((_, index) => `No. ${numbers.length - index}`))
})

test('the command verifies an export without a server and detects a change to it', async ({ page, server }) => {
  await setUp(page, server)
  await new TeamPages(page).load('projects', 'Projects')
  await fill(page, await emptyScope(page, 'project'), ['API_KEY', 'DB_PASSWORD'])
  const audit = new AuditPage(page)
  await audit.open()
  const records = await audit.rows.count()
  const file = await audit.download('Export')
  const key = await audit.download('Public key')
  expect(file.name).toMatch(/^audit-gradient-next-\d{4}-\d\d-\d\d\.jsonl$/)
  expect(key.name).toBe('audit-key.pem')

  const verified = verify(file.path, key.path)
  // The export is on record itself.
  expect(verified.stdout).toContain(`verified ${records + 1} records`)
  expect(verified.status).toBe(0)

  writeFileSync(file.path, readFileSync(file.path, 'utf8').replace('DB_PASSWORD', 'DB_PASSW0RD'))
  expect(verify(file.path, key.path).status).toBe(1)
})

test('the trail records a refused attempt, and a member without the permission sees why the trail is missing', async ({
  page,
  server,
  browser,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401))
  await setUp(page, server)
  await new TeamPages(page).load('settings/members', 'Team settings')
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')

  await other.goto(`/${namespace}/settings/audit`)
  const reason = 'Only owners and admins may export the audit trail.'
  await expect(other.getByText('Ask one of them, if you need to know what happened.')).toBeVisible()
  await expect(other.getByRole('button', { name: 'Export' })).toHaveAccessibleDescription(reason)
  const audit = new AuditPage(page)
  await audit.open()
  await audit.action.selectOption('Request refused')
  await expect(page.getByText('Nothing on record fits the filter')).toBeVisible()

  expect(await ask(other, 'GET', 'audit').catch(({ message }: Error) => message)).toContain('403')
  await other.context().close()
  await page.reload()
  await expect(audit.rows).toContainText(['Lin Chen was refused: GET /v1/audit'])

  await test.step('the trail also records a sign-in with a wrong password', async () => {
    await page.context().clearCookies()
    await page.goto('/login')
    await new SignInPage(page).fillLogin('not the password')
    await new SignInPage(page).signIn.click()
    await expect(page.getByRole('alert')).toBeVisible()
    await new SignInPage(page).fillLogin()
    await new SignInPage(page).signIn.click()
    await expect(new TeamPages(page).heading).toHaveText('Projects')
    await audit.open()
    await expect(audit.rows.nth(0)).toContainText('Ada Lovelace signed in')
    await expect(audit.rows.nth(1)).toContainText('was refused to sign in')
  })
})
