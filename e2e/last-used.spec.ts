import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { APIRequestContext, Page } from '@playwright/test'
import { TeamPages } from './pages/team-pages.ts'
import { accessibilityViolations } from './support/accessibility-violations.ts'
import { setUp } from './support/account-steps.ts'
import { expect, testAlone as test } from './support/fixtures.ts'
import type { ServerProcess } from './support/server-process.ts'
import { ask, emptyScope, fill, openSecrets } from './support/test-scopes.ts'

const day = 24 * 3_600_000

/** Creates a key that runs workloads. Returns a function that resolves with it. */
const makeWorker = async (page: Page, request: APIRequestContext) => {
  const { key } = await ask<{ key: string }>(page, 'POST', 'api-keys', { name: 'trainer', access: ['run'] })
  return async (data: unknown) => {
    const headers = { authorization: `Bearer ${key}` }
    const answer = await request.post('/v1/workloads/resolve', { headers, data })
    expect(answer.ok()).toBe(true)
  }
}

/** Moves all times of changes and uses into the past, because a test cannot change the server's clock. */
const age = ({ folder }: ServerProcess, days: number): void => {
  const database = new DatabaseSync(join(folder, 'secrets.db'))
  database.exec(`
    update secret set modified_at = modified_at - ${days * day};
    update secret_use set used_at = used_at - ${days * day}`)
  database.close()
}

test('a list shows the last use of each secret and filters unused ones', { tag: '@journey' }, async ({
  page,
  server,
  request,
}) => {
  await setUp(page, server)
  await new TeamPages(page).load('settings/clusters', 'Team settings')
  const [cluster, project] = [await emptyScope(page, 'cluster'), await emptyScope(page, 'project')]
  const team = await emptyScope(page, 'team')
  await fill(page, project, ['FRESH', 'NEVER', 'OLD', 'OLDER'])
  const resolve = await makeWorker(page, request)
  await resolve({ projectId: project.id, only: ['OLD'] })
  age(server, 100)
  await resolve({ projectId: project.id, clusterId: cluster.id, only: ['FRESH'] })
  await fill(page, project, ['NEW'])
  const secrets = await openSecrets(page, project)

  await test.step('each name says when it was used and by which key', async () => {
    await expect(secrets.row('FRESH')).toContainText('used just now by key trainer')
    await expect(secrets.row('FRESH').locator('time').last()).toHaveAttribute('datetime', /^\d{4}-.*Z$/)
    await expect(secrets.row('FRESH').locator('time').last()).toHaveAttribute('title', /\d{4}/)
    await expect(secrets.row('OLD')).toContainText(/used \d+ \w+( \d{4})? by key trainer/)
    await expect(secrets.row('NEVER')).toContainText('never used')
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('the use of an older version is marked', async () => {
    await secrets.editButton('FRESH').click()
    const form = secrets.editForm('FRESH')
    await expect(form).toContainText(`just now by key trainer in project ${project.name} on cluster ${cluster.name}`)
    await form.getByRole('textbox', { name: 'Value' }).fill('a newer value')
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(secrets.row('FRESH')).toContainText('by key trainer, version 1 (now 2)')
  })
  await test.step('unused for 90 days', async () => {
    await secrets.unused.selectOption('Unused for 90 days')
    await expect(page).toHaveURL(/\?unused=90$/)
    await expect(page.getByText('3 of 5 names, unused for 90 days')).toBeVisible()
    for (const name of ['NEVER', 'OLD', 'OLDER']) await expect(secrets.row(name)).toBeVisible()
    await expect(secrets.rows).toHaveCount(3)
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('combined with a part of the name, in the address', async () => {
    await secrets.filter.fill('old')
    await expect(page.getByText('2 of 5 names, unused for 90 days')).toBeVisible()
    await page.reload()
    await expect(secrets.filter).toHaveValue('old')
    await expect(secrets.unused).toHaveValue('90')
    await expect(secrets.rows).toHaveCount(2)
    await secrets.filter.fill('fresh')
    await expect(page.getByText('None of 5 names contains “fresh” and is unused for 90 days.')).toBeVisible()
    await page.getByRole('button', { name: 'Clear filter' }).click()
    await expect(secrets.rows).toHaveCount(5)
    await expect(page).not.toHaveURL(/\?/)
  })
  await test.step('never used: the list follows additions and deletions', async () => {
    await secrets.unused.selectOption('Never used')
    await expect(page).toHaveURL(/\?unused=ever$/)
    await expect(page.getByText('3 of 5 names, never used')).toBeVisible()
    await secrets.store('ADDED', 'a value')
    await expect(page.getByText('4 of 6 names, never used')).toBeVisible()
    await secrets.delete('ADDED')
    await secrets.toSay('Deleted ADDED')
    await expect(page.getByText('3 of 5 names, never used')).toBeVisible()
  })
  await test.step('a new secret is hidden by the filter for unused, and the page says so', async () => {
    await secrets.unused.selectOption('Unused for 90 days')
    await secrets.editButton('OLDER').click()
    const form = secrets.editForm('OLDER')
    await form.getByRole('textbox', { name: 'Value' }).fill('a newer value')
    await form.getByRole('button', { name: 'Save' }).click()
    await secrets.toSay('Saved OLDER. The filter hides it.')
    await expect(page.getByText('2 of 5 names, unused for 90 days')).toBeVisible()
  })
  await test.step('nothing is unused', async () => {
    // Uses another workload environment: the server does not record the same use twice within a minute, and the first
    // record has been moved into the past.
    await resolve({ projectId: project.id, clusterId: cluster.id, all: true })
    await page.reload()
    await expect(page.getByText('Every name was used or set in the past 90 days.')).toBeVisible()
    await secrets.unused.selectOption('Never used')
    await expect(page.getByText('Every name has been used.')).toBeVisible()
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('the dialog shows who uses the secret and what they get after the deletion', async () => {
    await fill(page, team, ['OLD'])
    await secrets.unused.selectOption('All names')
    await secrets.askToDelete('OLD')
    const where = `in project ${project.name} on cluster ${cluster.name}`
    await expect(secrets.dialog).toContainText(`by key trainer ${where}; after this it will get the team’s value`)
  })
})
