import type { Page } from '@playwright/test'
import type { EffectiveMatrix } from '#shared/workload/workload.ts'
import { EffectivePage } from './pages/effective-page.ts'
import { accessibilityViolations } from './support/accessibility-violations.ts'
import { namespace } from './support/account-steps.ts'
import { failRequests } from './support/failing-requests.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { tabTo } from './support/tab-to.ts'
import { ask, emptyScope, fill, openSecrets, secretsOf, startElsewhere, type TestScope } from './support/test-scopes.ts'

// Effective secrets and their origin: the view of a project, of a cluster and of the team, and the check of files.
// Tests share one team, so each uses names and scopes of its own.

type TestScopes = {
  team: TestScope
  cluster: TestScope
  project: TestScope
  name: (part: string) => string
  column: number
}

/**
 * Creates three scopes in one team: the name SHARED exists in all of them, and each has one name alone. `column` is the
 * cluster's.
 */
const makeScopes = async (page: Page): Promise<TestScopes> => {
  await startElsewhere(page, 'project')
  const prefix = `E_${crypto.randomUUID().slice(0, 8).toUpperCase()}`
  const name = (part: string) => `${prefix}_${part}`
  const { team: of } = await ask<{ team: { id: string; name: string } }>(page, 'GET', 'session')
  const team: TestScope = { kind: 'team', ...of }
  const cluster = await emptyScope(page, 'cluster')
  const project = await emptyScope(page, 'project')
  for (const scope of [team, cluster, project]) {
    await fill(page, scope, [name('SHARED'), name(`ONLY_${scope.kind.toUpperCase()}`)])
  }
  const { scopes } = await ask<EffectiveMatrix>(page, 'GET', `effective?projectId=${project.id}`)
  const clusters = scopes.filter(({ kind }) => kind === 'cluster').map(({ id }) => id)
  return { team, cluster, project, name, column: clusters.indexOf(cluster.id) + 1 }
}

test('a project’s environment shows the winning scope on each cluster and its fallback', {
  tag: '@journey',
}, async ({ page }) => {
  const { cluster, project, name, column } = await makeScopes(page)
  const view = new EffectivePage(page)
  // Navigates by links, so that the fallback appears without a page load.
  const secrets = await openSecrets(page, project)
  await view.tab.click()
  // The previous page has a filter, too.
  await view.grid.waitFor()
  await view.filter.fill(name(''))
  await expect(view.names).toHaveCount(4)

  await test.step('the winner, and what it overrides', async () => {
    await view.cell(name('SHARED'), 0).focus()
    await expect(view.cell(name('SHARED'), 0)).toHaveText('projectteam, overrides team')
    await page.keyboard.press('End')
    await expect(view.cell(name('ONLY_TEAM'), 0)).toHaveText('team')
    await expect(view.cell(name('ONLY_PROJECT'), 0)).toHaveText('project')
    await expect(view.cell(name('ONLY_CLUSTER'), 0)).toHaveText('—not set')
  })
  await test.step('on the cluster', async () => {
    await page.keyboard.press('Home')
    for (let at = 0; at < column; at++) await page.keyboard.press('ArrowRight')
    await expect(view.column(cluster.name)).toBeVisible()
    const words = `, overrides cluster ${cluster.name} and team`
    await expect(view.cell(name('SHARED'), column)).toHaveText(`projectclusterteam${words}`)
    await expect(view.cell(name('ONLY_CLUSTER'), column)).toHaveText('cluster')
  })
  await test.step('after the project’s secret is deleted, the cluster’s wins', async () => {
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await secrets.delete(name('SHARED'))
    await expect(secrets.row(name('SHARED'))).toHaveCount(0)
    // Stale data must not show while the answer to the next request is pending.
    let answer = () => {}
    const released = new Promise<void>((resolve) => {
      answer = resolve
    })
    await page.route('**/v1/effective?*', async (route) => {
      await released
      await route.continue()
    })
    await view.tab.click()
    await expect(page.getByText('Loading…')).toBeAttached()
    answer()
    await view.filter.fill(name(''))
    await expect(view.cell(name('SHARED'), 0)).toHaveText('team')
    await view.cell(name('SHARED'), 0).focus()
    for (let at = 0; at < column; at++) await page.keyboard.press('ArrowRight')
    await expect(view.cell(name('SHARED'), column)).toHaveText('clusterteam, overrides team')
  })
})

test('the trace opens by keyboard and by pointer, and closes', async ({ page }) => {
  const { team, cluster, project, name, column } = await makeScopes(page)
  await ask(page, 'PUT', `${secretsOf(team)}/${name('SHARED')}`, { value: crypto.randomUUID() })
  const view = new EffectivePage(page)
  // The window fits one column at a time and few rows.
  await page.setViewportSize({ width: 390, height: 560 })
  await view.load('project', project.id, `?q=${name('')}`)
  const shared = view.cell(name('SHARED'), column)

  await test.step('by keys', async () => {
    await view.onlyOverridden.focus()
    await tabTo(page, view.cell(name('ONLY_CLUSTER'), 0))
    for (let at = 0; at < column; at++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('End')
    await page.keyboard.press('Home')
    for (let at = 0; at < column; at++) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Control+End')
    await expect(view.row(name('SHARED')).locator(':focus')).toBeInViewport({ ratio: 1 })
    await page.keyboard.press('Control+Home')
    await expect(view.cell(name('ONLY_CLUSTER'), 0)).toBeFocused()
    await page.keyboard.press('PageDown')
    for (let at = 0; at < column; at++) await page.keyboard.press('ArrowRight')
    await expect(shared).toBeFocused()
    await expect(shared).toBeInViewport({ ratio: 1 })
  })
  await test.step('the trace matches the server’s explanation', async () => {
    await expect(view.trace).toContainText(`${name('SHARED')} in project ${project.name} on cluster ${cluster.name}`)
    for (const words of [
      new RegExp(`project ${project.name} +version 1 +wins`),
      new RegExp(`cluster ${cluster.name} +version 1 +overridden`),
      new RegExp(`team ${team.name} +version 2 +overridden`),
    ]) {
      await expect(view.trace).toContainText(words)
    }
    await expect(shared).toHaveAccessibleDescription(/ wins /)
    expect(await accessibilityViolations(page)).toEqual([])
  })
  await test.step('Escape closes the trace, Enter opens it again', async () => {
    await page.keyboard.press('Escape')
    await expect(view.trace).toHaveCount(0)
    await page.keyboard.press('ArrowUp')
    await expect(view.trace).toHaveCount(0)
    await page.keyboard.press('Enter')
    await expect(view.trace).toContainText('version 1')
    await view.filter.focus()
    await expect(view.trace).toHaveCount(0)
  })
  await test.step('by the pointer, which may move onto the trace', async () => {
    await page.setViewportSize({ width: 1280, height: 720 })
    await page.clock.install()
    const first = view.row(name('ONLY_TEAM')).getByRole('gridcell').first()
    await first.hover()
    await page.clock.runFor(1000)
    await expect(view.trace).toContainText(name('ONLY_TEAM'))
    await view.trace.hover()
    await page.clock.runFor(1000)
    await expect(view.trace).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(view.trace).toHaveCount(0)

    await view.row(name('ONLY_PROJECT')).getByRole('gridcell').first().hover()
    await page.clock.runFor(1000)
    await expect(view.trace).toContainText(name('ONLY_PROJECT'))
    await view.filter.hover()
    await page.clock.runFor(1000)
    await expect(view.trace).toHaveCount(0)
  })
})

test('the address keeps the filters, and a button clears them', async ({ page }) => {
  /** Ignores the order: a typed filter reaches the address a moment later than a chosen one. */
  const filters = () => Object.fromEntries(new URL(page.url()).searchParams)
  const { project, name } = await makeScopes(page)
  const view = new EffectivePage(page)
  await view.load('project', project.id)
  await view.filter.fill(name(''))
  await expect(view.names).toHaveText(['ONLY_CLUSTER', 'ONLY_PROJECT', 'ONLY_TEAM', 'SHARED'].map(name))
  await view.onlyOverridden.check()
  await expect(view.names).toHaveText([name('SHARED')])
  await expect.poll(filters).toEqual({ q: name(''), overridden: '1' })
  await view.onlyOverridden.uncheck()
  await view.scope.selectOption('Won by cluster')
  await expect(view.names).toHaveText([name('ONLY_CLUSTER')])
  await expect.poll(filters).toEqual({ q: name(''), scope: 'cluster' })

  await page.reload()
  await expect(view.names).toHaveText([name('ONLY_CLUSTER')])
  await expect(view.scope).toHaveValue('cluster')
  await view.onlyOverridden.check()
  await expect(page.getByText(/^None of [\d,]+ names? fits the filter\.$/)).toBeVisible()
  await view.clearFilter.click()
  await expect(view.filter).toHaveValue('')
  await expect(view.filter).toBeFocused()
  await expect(view.onlyOverridden).not.toBeChecked()
  await expect(page).not.toHaveURL(/\?/)
})

test('a cluster’s environment shows the same winners in each project', async ({ page }) => {
  const { cluster, project, name } = await makeScopes(page)
  const { scopes } = await ask<EffectiveMatrix>(page, 'GET', `effective?clusterId=${cluster.id}`)
  const projects = scopes.filter(({ kind }) => kind === 'project').map(({ id }) => id)
  const column = projects.indexOf(project.id) + 1
  const view = new EffectivePage(page)
  await view.load('cluster', cluster.id, `?q=${name('')}`)
  await expect(view.cell(name('SHARED'), 0)).toHaveText('clusterteam, overrides team')
  await view.cell(name('SHARED'), 0).focus()
  for (let at = 0; at < column; at++) await page.keyboard.press('ArrowRight')
  const words = `, overrides cluster ${cluster.name} and team`
  await expect(view.cell(name('SHARED'), column)).toHaveText(`projectclusterteam${words}`)
  await expect(view.trace).toContainText(`in project ${project.name} on cluster ${cluster.name}`)
})

test('the team’s environment links to the scopes that override each name', async ({ page }) => {
  const { cluster, project, name } = await makeScopes(page)
  const view = new EffectivePage(page)
  await page.goto(`/${namespace}/settings/environment?q=${name('')}`)
  await expect(view.teamNames).toHaveCount(2)
  const [only, shared] = [view.teamNames.nth(0), view.teamNames.nth(1)]
  await expect(only).toContainText(`${name('ONLY_TEAM')}not overridden`)
  await expect(shared).toContainText(`overridden by project ${project.name}`)
  await expect(shared).toContainText(`overridden by cluster ${cluster.name}`)
  await view.onlyOverridden.check()
  await expect(view.teamNames).toHaveCount(1)
  await view.teamNames.first().getByRole('link', { name: project.name }).click()
  await expect(view.names).toHaveText([name('SHARED')])
})

test('the file check shows line by line what the variables of a pasted file get', { tag: '@journey' }, async ({
  page,
}) => {
  const { cluster, project, name } = await makeScopes(page)
  const view = new EffectivePage(page)
  const sent: string[] = []
  const reader = page.waitForRequest(/\/assets\/spec-[^/]*\.js$/)
  await view.load('project', project.id)
  page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
  const text = `defaults:
  env:
    REGION: a literal of nobody else’s
    TOKEN: secret:${name('SHARED')}
jobs:
  train:
    env:
      ON_CLUSTER: secret:${name('ONLY_CLUSTER')}
  serve:
    env:
      PATH: secret:${name('SHARED')}
      MY-PATH: x
`
  await view.file.fill(text)
  await reader
  await expect(page.getByText('3 variables: 1 from secrets, 1 literal, 1 missing.')).toBeVisible()
  await expect(view.variable('REGION')).toHaveText('3REGIONliteral')
  await expect(view.variable('TOKEN')).toHaveText(`4TOKEN${name('SHARED')} of project ${project.name}, overrides team`)
  await expect(view.variable('ON_CLUSTER')).toContainText(`8ON_CLUSTERmissing: ${name('ONLY_CLUSTER')} is set nowhere`)
  expect(await accessibilityViolations(page)).toEqual([])

  await view.onCluster.selectOption(cluster.name)
  await expect(view.variable('ON_CLUSTER')).toHaveText(`8ON_CLUSTER${name('ONLY_CLUSTER')} of cluster ${cluster.name}`)
  await view.job.selectOption('serve')
  await expect(page.getByText('3 variables: 2 from secrets, 1 literal.')).toBeVisible()
  await expect(page.getByText(/^Line 12: “MY-PATH” is no name/)).toBeVisible()

  await test.step('a file that is too long is rejected, and the pasted text stays', async () => {
    await view.file.fill(`${'#'.repeat(1024 * 1024)}\n`)
    await expect(page.getByText(/^That is more than 1 MiB/)).toBeVisible()
    await expect(view.file).toHaveValue(text)
  })
  expect(sent.filter((request) => request.includes('nobody'))).toEqual([])
  expect(page.url()).not.toContain('nobody')
})

test('a failed load shows an error, and a retry loads the data', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(500))
  const { project, name } = await makeScopes(page)
  const view = new EffectivePage(page)
  const requested = await failRequests(page, '**/v1/effective?*')
  await page.goto(`/${namespace}/projects/${project.id}/environment?q=${name('')}`)
  await expect(page.getByText(/^What workloads get could not be loaded/)).toBeVisible()
  requested.holdBack()
  await page.getByRole('button', { name: 'Retry' }).click()
  requested.mend()
  await expect(view.names).toHaveCount(4)
})
