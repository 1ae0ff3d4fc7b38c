import { AccountPage } from './pages/account-page.ts'
import { ApiKeysPage } from './pages/api-keys-page.ts'
import { InvitePage } from './pages/invite-page.ts'
import { MembersPage } from './pages/members-page.ts'
import { TeamPages } from './pages/team-pages.ts'
import { account, setUp } from './support/account-steps.ts'
import { answered, expect, testAlone as test } from './support/fixtures.ts'
import { lin, otherBrowser } from './support/people.ts'
import { leaks, listen, readPage, readServer, type Trace } from './support/traces.ts'

test('keys, invites, seeds, recovery codes and passwords are shown once and stored nowhere', async ({
  page,
  context,
  browser,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(400), answered(401), answered(403), answered(404))
  const heard = listen(context)
  const traces: Trace[] = []
  const oneTimeValues: string[] = []
  await setUp(page, server)

  await test.step('an API key', async () => {
    const keys = new ApiKeysPage(page)
    await keys.load()
    const key = await keys.make('ci')
    oneTimeValues.push(key)
    const { request } = await browser.newContext()
    await request.get(`${server.address}/v1/projects`, { headers: { 'x-api-key': key } })
    await request.get(`${server.address}/v1/projects`, { headers: { 'x-api-key': `${key}x` } })
    await request.get(`${server.address}/v1/projects`, { headers: { 'x-api-key': key, authorization: 'Bearer x' } })
    await keys.made('ci').getByRole('button', { name: 'Done' }).click()
    traces.push(...(await readPage(page, 'after a key')))
    await keys.revoke('ci')
    await request.get(`${server.address}/v1/projects`, { headers: { authorization: `Bearer ${key}` } })
  })

  await test.step('invites, one accepted and one open', async () => {
    const members = new MembersPage(page)
    await members.open()
    const tokenIn = (link: string) => new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? ''
    oneTimeValues.push(tokenIn(await members.invite('viewer')))
    const link = await members.invite('member')
    oneTimeValues.push(tokenIn(link), lin.password)
    traces.push(...(await readPage(page, 'after an invite')))

    const theirs = await otherBrowser(browser, server)
    const heardThere = listen(theirs.context())
    const invite = new InvitePage(theirs)
    await theirs.goto(link)
    await expect(invite.join).toBeVisible()
    traces.push(...(await readPage(theirs, 'on the page of an invite')))
    await invite.fill(lin)
    await invite.join.click()
    await expect(new TeamPages(theirs).heading).toHaveText('Projects')
    traces.push(...(await readPage(theirs, 'after joining')))
    await theirs.goto(link)
    await expect(invite.unusable).toBeVisible()
    traces.push(...(await readPage(theirs, 'with a used invite')), ...(await heardThere()))
    await theirs.context().close()
  })

  await test.step('a seed with its recovery codes, and a new password', async () => {
    const mine = new AccountPage(page)
    await mine.open()
    await mine.field('Two-factor sign-in', 'Password').fill(account.password)
    await mine.button('Two-factor sign-in', 'Set up two-factor sign-in').click()
    oneTimeValues.push(
      (await mine.seed.innerText()).replaceAll(/\s/g, ''),
      ...(await mine.recoveryCodes.allInnerTexts()),
    )
    await new TeamPages(page).openProjects()
    traces.push(...(await readPage(page, 'after a seed')))

    const next = 'a password that nobody else has'
    oneTimeValues.push(account.password, next)
    await mine.open()
    for (const current of ['this was never the password', account.password]) {
      await mine.field('Password', 'Current password').fill(current)
      await mine.field('Password', 'New password').fill(next)
      await mine.button('Password', 'Change password').click()
      if (current === account.password) await expect(mine.field('Password', 'New password')).toHaveValue('')
      else await expect(mine.part('Password').getByRole('alert')).toBeVisible()
    }
    traces.push(...(await readPage(page, 'after a new password')))
  })

  traces.push(...readServer(server, 'while it runs'))
  await server.stop()
  // Only the answers that return a one-time value may contain it.
  const tellOnce = ['api-keys', 'invites', 'account/two-factor'].map(
    (path) => `the answer of POST ${server.address}/v1/${path}`,
  )
  traces.push(...readServer(server, 'after its end'), ...(await heard()))
  const rest = traces.filter(({ where }) => !tellOnce.includes(where))
  expect(traces.length - rest.length).toBeGreaterThanOrEqual(4)
  expect(oneTimeValues.every((text) => text.length >= 10)).toBe(true)
  expect(oneTimeValues.length).toBeGreaterThan(12)
  expect(leaks(rest, oneTimeValues)).toEqual([])
  // Shows that the search would find them.
  expect(leaks(traces, oneTimeValues).length).toBeGreaterThanOrEqual(4)
})
