import { totp } from '#server/testing/fakes/totp.ts'
import { AccountPage } from '../pages/account-page.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { accessibilityViolations } from '../support/accessibility-violations.ts'
import { account, namespace, setUp } from '../support/account-steps.ts'
import { ageSessions } from '../support/aged-session.ts'
import { answered, expect, testAlone as test } from '../support/fixtures.ts'
import { proofOf } from '../support/session.ts'
import { tabTo } from '../support/tab-to.ts'

type Document = { paths: Record<string, Record<string, { 'x-confirm'?: true }>> }

test('every route that changes rights asks an open browser for the confirmation', async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(403))
  await setUp(page, server)
  const pages = new TeamPages(page)
  await pages.load('projects', 'Projects')
  await ageSessions(server)
  const headers = await proofOf(page)

  const document: Document = await (await page.request.get(`${server.address}/v1/openapi.json`)).json()
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { 'x-confirm': confirm }]) => (confirm ? [{ method, path }] : [])),
  )
  expect(routes.length).toBeGreaterThan(25)
  const answers = await page.evaluate(
    async ({ routes, headers, namespace }) => {
      const answers = []
      for (const { method, path } of routes) {
        const address = path.replace('/teams/{id}', `/teams/${namespace}`).replaceAll(/\{\w+\}/g, 'none')
        const response = await fetch(address, {
          method: method.toUpperCase(),
          headers: { ...headers, 'content-type': 'application/json' },
          body: '{}',
        })
        const { issues } = await response.json()
        answers.push([`${method} ${path}`, response.status, issues?.[0]?.path?.[0]])
      }
      return answers
    },
    { routes, headers, namespace },
  )
  expect(answers).toEqual(routes.map(({ method, path }) => [`${method} ${path}`, 403, 'confirmation']))
})

test('anyone who has a second factor confirms with it, by keyboard', async ({ page, server, expectedErrors }) => {
  expectedErrors.push(answered(400), answered(403))
  await setUp(page, server)
  const [pages, own] = [new TeamPages(page), new AccountPage(page)]
  await own.load()
  await own.field('Two-factor sign-in', 'Password').fill(account.password)
  await own.button('Two-factor sign-in', 'Set up two-factor sign-in').click()
  await expect(own.recoveryCodes).toHaveCount(10)
  const seed = (await own.seed.textContent()) ?? ''
  await own.field('Two-factor sign-in', 'Code').fill(totp(seed))
  await page.keyboard.press('Enter')
  await expect(own.part('Two-factor sign-in')).toContainText('Two-factor sign-in is on.')
  await ageSessions(server)

  await pages.load('settings/general', 'Team settings')
  const name = page.getByRole('textbox', { name: 'Team name' })
  await name.fill('Renamed')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  await expect(dialog.getByLabel('Password')).toBeFocused()
  expect(await accessibilityViolations(page)).toEqual([])
  await page.keyboard.type(account.password)
  await tabTo(page, dialog.getByLabel('Code'))
  await page.keyboard.type('000000')
  await page.keyboard.press('Enter')
  await expect(dialog.getByLabel('Code')).toHaveAccessibleDescription(/^The code is not right/)
  await dialog.getByLabel('Code').fill(totp(seed, 1))
  await page.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Team Renamed' })).toBeVisible()
})
