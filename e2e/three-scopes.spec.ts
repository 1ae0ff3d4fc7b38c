import type { Page } from '@playwright/test'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import { EffectivePage } from './pages/effective-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { setUp } from './support/account-steps.ts'
import { openTerminal, type Terminal } from './support/cli-process.ts'
import { expect, testAlone as test } from './support/fixtures.ts'
import { ask, emptyPlace, openSecrets, type Place } from './support/places.ts'

// The whole way of one name: set in three scopes in the console, seen in the matrix, explained and injected on the
// command line, deleted by its plan, and what it falls back to.

const inOneLine = (text: string | null): string => (text ?? '').replaceAll(/\s+/g, ' ').trim()

type Story = { page: Page; terminal: Terminal; project: Place; cluster: Place }

/** What the console and the command line say of TOKEN on the pair, and what a workload gets there. */
const told = async ({ page, terminal, project, cluster }: Story) => {
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

test('one name in three scopes: matrix, plan, fallback, explain and run say the same', { tag: '@journey' }, async ({
  page,
  server,
}) => {
  await setUp(page.request, server)
  await new TeamPages(page).load('settings/clusters', 'Team settings')
  const places = {
    team: await emptyPlace(page, 'team'),
    cluster: await emptyPlace(page, 'cluster'),
    project: await emptyPlace(page, 'project'),
  }
  const { project, cluster } = places
  const { key } = await ask<MadeApiKey>(page, 'POST', 'api-keys', { name: 'laptop', access: ['manage', 'run'] })
  const terminal = openTerminal({ PAPERSPACE_API_KEY: key, PAPERSPACE_CONFIG_HOST: new URL(page.url()).origin })
  const story = { page, terminal, project, cluster }
  try {
    const start = `TOKEN in project ${project.name} on cluster ${cluster.name} project ${project.name}`
    await test.step('each that is added wins over those before', async () => {
      for (const [kind, outcome] of [
        ['team', `not set cluster ${cluster.name} not set team ${places.team.name} version 1 wins`],
        ['cluster', `not set cluster ${cluster.name} version 1 wins team ${places.team.name} version 1 overridden`],
        [
          'project',
          `version 1 wins cluster ${cluster.name} version 1 overridden team ${places.team.name} version 1 overridden`,
        ],
      ] as const) {
        const secrets = await openSecrets(page, places[kind])
        await secrets.store('TOKEN', `value of the ${kind}`)
        await openSecrets(page, project)
        const { cell, trace, explained, injected } = await told(story)
        expect(cell).toMatch(new RegExp(`^${kind}`))
        expect(trace).toBe(`${start} ${outcome}`)
        expect(explained).toBe(trace)
        expect(injected).toBe(`value of the ${kind}\n`)
      }
    })
    await test.step('the dialog tells the uses and what comes after, and so it is', async () => {
      const secrets = await openSecrets(page, project)
      const confirm = await secrets.askToDelete('TOKEN')
      await expect(secrets.dialog).toContainText('2 of 4 pairs of project and cluster get another value.')
      await expect(secrets.dialog).toContainText(`will use the value of cluster ${cluster.name}.`)
      await expect(secrets.dialog).toContainText(`by key laptop in project ${project.name} on cluster ${cluster.name}`)
      await confirm.click()
      await secrets.toSay('Deleted TOKEN')
      const { cell, trace, explained, injected } = await told(story)
      expect(cell).toMatch(/^cluster.*overrides team$/)
      expect(trace).toContain(`${start} not set cluster ${cluster.name} version 1 wins`)
      expect(explained).toBe(trace)
      expect(injected).toBe('value of the cluster\n')
    })
  } finally {
    terminal.close()
  }
})
