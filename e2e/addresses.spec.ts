import { setTimeout as after } from 'node:timers/promises'
import { TeamPages } from './pages/team-pages.ts'
import { namespace } from './support/account-steps.ts'
import { answered, expect, test } from './support/fixtures.ts'
import { emptyScope } from './support/test-scopes.ts'

test('an unknown address shows an error and a link back', async ({ page, expectedErrors }) => {
  expectedErrors.push(answered(404))
  const pages = new TeamPages(page)
  const nowhere = [
    { path: `/${namespace}/nowhere`, back: 'Go to projects' },
    { path: `/${namespace}/projects/pr0000000000/settings`, back: 'Go to projects' },
    { path: `/${namespace}/settings/clusters/cl0000000000/secrets`, back: 'Go to clusters' },
    { path: '/no-such-team/projects', back: 'Go to projects' },
    { path: '/a/b/c/d', back: 'Go to projects' },
  ]
  for (const { path, back } of nowhere) {
    await page.goto(path)
    await expect(pages.heading).toHaveText('Page not found')
    await page.getByRole('link', { name: back }).click()
    await expect(pages.heading).toHaveText(back === 'Go to projects' ? 'Projects' : 'Team settings')
  }
})

test('short addresses redirect to the full ones', async ({ page }) => {
  const pages = new TeamPages(page)
  await page.goto('/')
  await expect(page).toHaveURL(`/${namespace}/projects`)
  await pages.load('settings', 'Team settings')
  await expect(page).toHaveURL(`/${namespace}/settings/secrets`)
  await page.goto(`/${namespace}`)
  await expect(page).toHaveURL(`/${namespace}/projects`)
})

test('a link works while a typed filter is still debounced', async ({ page }) => {
  const pages = new TeamPages(page)
  await pages.load('settings/clusters', 'Team settings')
  const { name } = await emptyScope(page, 'project')
  await page.route('**/assets/project-settings-*.js', async (route) => {
    await after(500)
    await route.continue()
  })
  await pages.openProjects()
  await pages.filter('project').fill(name)
  await pages.row('project', name).getByRole('link').press('Enter')
  await expect(pages.heading).toHaveText(name)
})
