import { createServer } from 'node:net'
import type { Page } from '@playwright/test'
import { accessibilityViolations } from '../support/accessibility-violations.ts'
import { account, namespace, setUp } from '../support/account-steps.ts'
import { answered, test as base, expect } from '../support/fixtures.ts'
import { client, startOpenidProvider } from '../support/openid-provider.ts'
import { type ServerProcess, startServer } from '../support/server-process.ts'
import { signedOut } from '../support/session.ts'

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })

const test = base.extend<{ server: ServerProcess }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  server: async ({}, use) => {
    const port = await freePort()
    const address = `http://127.0.0.1:${port}`
    const provider = await startOpenidProvider(`${address}/v1/session/openid/callback`)
    const server = await startServer({
      PORT: `${port}`,
      PUBLIC_URL: address,
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_NAME: 'Corp ID',
      OIDC_JOIN: `groups=dev:${namespace}:admin`,
    })
    await use(server)
    await server.discard()
    await provider.stop()
  },
  baseURL: async ({ server }, use) => use(server.address),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  storageState: async ({}, use) => use(signedOut),
})

/** Signs in at the provider, on whose page the browser is. */
const signInThere = async (page: Page, name: string) => {
  await page.getByLabel('Corp name').fill(name)
  await page.getByRole('button', { name: 'Continue' }).click()
}

const signOut = async (page: Page) => {
  await page.context().clearCookies()
  await page.evaluate(() => localStorage.clear())
}

test('a new person joins by their claims, and confirms at the identity provider in a window of its own', async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401), answered(403))
  await setUp(page, server)
  await signOut(page)

  await page.goto('/login')
  const button = page.getByRole('button', { name: 'Sign in with Corp ID' })
  await expect(button).toBeVisible()
  expect(await accessibilityViolations(page)).toEqual([])
  await button.focus()
  await page.keyboard.press('Enter')
  await signInThere(page, 'Dev-Lin')
  await expect(page).toHaveURL(`/${namespace}/projects`)

  await page.goto(`/${namespace}/settings/api-keys`)
  await page.getByLabel('Name', { exact: true }).fill('typed-before')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' })
  const opening = page.waitForEvent('popup')
  await dialog.getByRole('button', { name: 'Confirm with Corp ID' }).click()
  const opened = await opening
  await signInThere(opened, 'Dev-Lin')
  await expect(dialog).toBeHidden()
  await expect(page.getByText('typed-before').first()).toBeVisible()
})

test('a person without an invite is told what to do, and an existing account is connected from within', async ({
  page,
  server,
  expectedErrors,
}) => {
  expectedErrors.push(answered(401), answered(403))
  await setUp(page, server)
  await signOut(page)
  await page.goto('/login')
  await page.getByRole('button', { name: 'Sign in with Corp ID' }).click()
  await signInThere(page, 'Ada')
  await expect(page.getByText('Ask a member of a team for an invite')).toBeVisible()
  await page.getByRole('link', { name: 'Back to sign-in' }).click()

  await page.getByLabel('Email').fill(account.email)
  await page.getByLabel('Password').fill(account.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(`/${namespace}/projects`)
  await page.goto(`/${namespace}/account`)
  await page.getByRole('button', { name: 'Connect with Corp ID' }).click()
  await expect(page.getByRole('button', { name: 'Disconnect from Corp ID' })).toBeVisible()
  expect(await accessibilityViolations(page)).toEqual([])

  await signOut(page)
  await page.goto('/login')
  await page.getByRole('button', { name: 'Sign in with Corp ID' }).click()
  await signInThere(page, 'Ada')
  await expect(page).toHaveURL(`/${namespace}/projects`)
})
