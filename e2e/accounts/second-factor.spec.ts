import { totp } from '#server/testing/fakes/totp.ts'
import { AccountPage } from '../pages/account-page.ts'
import { TeamPages } from '../pages/team-pages.ts'
import { accessibilityViolations } from '../support/accessibility-violations.ts'
import { account, namespace, setUp } from '../support/account-steps.ts'
import { answered, expect, testAlone as test } from '../support/fixtures.ts'
import { joinTeam, lin, otherBrowser } from '../support/people.ts'
import { proofOf } from '../support/session.ts'
import { tabTo } from '../support/tab-to.ts'

test('a team that requires a second factor leads its people to set one up, and back', async ({
  page,
  server,
  browser,
  expectedErrors,
}) => {
  expectedErrors.push(answered(403), answered(409))
  await setUp(page, server)
  const other = await otherBrowser(browser, server)
  await joinTeam(page, other, lin, 'member')
  const [pages, own] = [new TeamPages(page), new AccountPage(page)]
  const requireFactor = async () => {
    await pages.load('settings/general', 'Team settings')
    await page.getByRole('switch', { name: /second factor/ }).check()
    await page.getByRole('button', { name: 'Save team' }).click()
  }

  await test.step('who has none cannot require it', async () => {
    await requireFactor()
    await expect(page.getByText(/^Set up a second factor for yourself first/).first()).toBeVisible()
  })
  await test.step('the owner sets one up and requires it', async () => {
    await own.load()
    await own.field('Two-factor sign-in', 'Password').fill(account.password)
    await own.button('Two-factor sign-in', 'Set up two-factor sign-in').click()
    await expect(own.recoveryCodes).toHaveCount(10)
    const seed = (await own.seed.textContent()) ?? ''
    await own.field('Two-factor sign-in', 'Code').fill(totp(seed))
    await page.keyboard.press('Enter')
    await expect(own.part('Two-factor sign-in')).toContainText('Two-factor sign-in is on.')
    await requireFactor()
    await expect(page.getByText('Saved').first()).toBeAttached()
    await pages.load('projects', 'Projects')
  })
  await test.step('a member without one is led to the account page, by keyboard', async () => {
    const theirs = new AccountPage(other)
    await other.goto(`${server.address}/${namespace}/settings/members?from=here`)
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Set up a second factor')
    expect(await accessibilityViolations(other)).toEqual([])
    await tabTo(other, other.getByRole('link', { name: 'Go to your account' }))
    await other.keyboard.press('Enter')
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Account')
    await expect(other.getByText(`${account.team} requires a second factor.`)).toBeVisible()
    expect(await accessibilityViolations(other)).toEqual([])
    const refused = await other.request.get(`${server.address}/v1/projects`, { headers: await proofOf(other) })
    expect(refused.status()).toBe(403)
    await theirs.field('Two-factor sign-in', 'Password').fill(lin.password)
    await theirs.button('Two-factor sign-in', 'Set up two-factor sign-in').click()
    await expect(theirs.recoveryCodes).toHaveCount(10)
    const seed = (await theirs.seed.textContent()) ?? ''
    await theirs.field('Two-factor sign-in', 'Code').fill(totp(seed))
    await other.keyboard.press('Enter')
  })
  await test.step('and goes on where they were', async () => {
    await expect(other).toHaveURL(`${server.address}/${namespace}/settings/members?from=here`)
    await expect(other.getByRole('list', { name: 'Members' })).toContainText(lin.name)
  })
  await other.context().close()
})
