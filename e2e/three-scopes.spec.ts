import type { Page } from '@playwright/test'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import { EffectivePage } from './pages/effective-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { setUp } from './support/account-steps.ts'
import { openTerminal, type Terminal } from './support/cli-process.ts'
import { expect, testAlone as test } from './support/fixtures.ts'
import { ask, emptyScope, openSecrets, type TestScope } from './support/test-scopes.ts'

// The whole life of one name: set in three scopes in the console, shown in the matrix, explained and injected by the
// command line, deleted by its plan, and replaced by its fallback.

const inOneLine = (text: string | null): string => (text ?? '').replaceAll(/\s+/g, ' ').trim()

type Story = { page: Page; terminal: Terminal; project: TestScope; cluster: TestScope }

/**
 * Returns what the console and the command line show for TOKEN in the workload environment, and the value that a
 * workload gets.
 */
const readOutcome = async ({ page, terminal, project, cluster }: Story) => {
  const view = new EffectivePage(page)
  await view.tab.click()
  await view.cell('TOKEN', 1).focus()
  const pair = ['--project', project.id, '--cluster', cluster.id]
  const explained = await terminal.run('explain', 'TOKEN', ...pair)
  const run = await terminal.run('run', ...pair, '--no-mask', '--', 'printenv', 'TOKEN')
  return {
    cell: inOneLine(await view.cell('TOKEN', 1).textContent()),
    trace: inOneLine(
      await view.trace
        .locator('p')
        .allTextContents()
        .then((lines) => lines.join(' ')),
    ),
    explained: inOneLine(explained.stdout),
    injected: run.stdout,
  }
}

test('the matrix, the plan, the fallback, explain and run agree on one name in three scopes', {
  tag: '@journey',
}, async ({ page, server }) => {
  await setUp(page, server)
  await new TeamPages(page).load('settings/clusters', 'Team settings')
  const scopes = {
    team: await emptyScope(page, 'team'),
    cluster: await emptyScope(page, 'cluster'),
    project: await emptyScope(page, 'project'),
  }
  const { project, cluster } = scopes
  const { key } = await ask<MadeApiKey>(page, 'POST', 'api-keys', { name: 'laptop', access: ['manage', 'run'] })
  const terminal = openTerminal({ PAPERSPACE_API_KEY: key, PAPERSPACE_CONFIG_HOST: new URL(page.url()).origin })
  const story = { page, terminal, project, cluster }
  try {
    const start = `TOKEN in project ${project.name} on cluster ${cluster.name} project ${project.name}`
    await test.step('each added value wins over the earlier ones', async () => {
      for (const [kind, outcome] of [
        ['team', `not set cluster ${cluster.name} not set team ${scopes.team.name} version 1 wins`],
        ['cluster', `not set cluster ${cluster.name} version 1 wins team ${scopes.team.name} version 1 overridden`],
        [
          'project',
          `version 1 wins cluster ${cluster.name} version 1 overridden team ${scopes.team.name} version 1 overridden`,
        ],
      ] as const) {
        const secrets = await openSecrets(page, scopes[kind])
        await secrets.store('TOKEN', `value of the ${kind}`)
        await openSecrets(page, project)
        const { cell, trace, explained, injected } = await readOutcome(story)
        expect(cell).toMatch(new RegExp(`^${kind}`))
        expect(trace).toBe(`${start} ${outcome}`)
        expect(explained).toBe(trace)
        expect(injected).toBe(`value of the ${kind}\n`)
      }
    })
    await test.step('the dialog shows the uses and the fallback, and both come true', async () => {
      const secrets = await openSecrets(page, project)
      const confirm = await secrets.askToDelete('TOKEN')
      await expect(secrets.dialog).toContainText('2 of 4 pairs of project and cluster get another value.')
      await expect(secrets.dialog).toContainText(`will use the value of cluster ${cluster.name}.`)
      await expect(secrets.dialog).toContainText(`by key laptop in project ${project.name} on cluster ${cluster.name}`)
      await confirm.click()
      await secrets.toSay('Deleted TOKEN')
      const { cell, trace, explained, injected } = await readOutcome(story)
      expect(cell).toMatch(/^cluster.*overrides team$/)
      expect(trace).toContain(`${start} not set cluster ${cluster.name} version 1 wins`)
      expect(explained).toBe(trace)
      expect(injected).toBe('value of the cluster\n')
    })
  } finally {
    terminal.close()
  }
})
