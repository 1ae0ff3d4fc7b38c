import { test as base, expect } from '@playwright/test'
import { confirmedMinutes } from '#shared/people/session.ts'
import { confirm, setUpByRequest } from './account-steps.ts'
import { makeSample, type Sample } from './sample.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { type Session, signedIn, signedOut } from './session.ts'

export { expect }

export type Options = {
  /** The mock's address, for a Playwright project that runs on the mock instead of servers. */
  mockAddress: string | undefined
}

type WorkerFixtures = Options & {
  /** The console's address, and the session of a signed-in member. */
  installation: {
    address: string
    session: Session
    /** Renews the session, so that it does not ask for the password during a test. */
    keepConfirmed(): Promise<void>
  }
  sample: Sample
}

type Fixtures = {
  /** Expected errors in the browser's console. Any other error fails the test. */
  expectedErrors: RegExp[]
}

/** Matches Chromium's message about an answer with this status. */
export const answered = (status: number): RegExp => new RegExp(`^Failed to load resource: .* status of ${status} `)

/** Matches Chromium's message when a server is stopped: an open page keeps asking for changes. */
const serverUnreachable = [
  /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|INTERNET_DISCONNECTED|INCOMPLETE_CHUNKED_ENCODING) /,
  /^Failed to load resource: .* status of 503 .*\/v1\/events$/,
]

/**
 * Keeps dialogs and menus in the page for a while after they are closed, as for users who have not asked for reduced
 * motion. The page behind them is already usable. So a locator that matches an element of both, or a step that does not
 * wait until the dialog is gone, fails in every run. With reduced motion it would fail only when it happens to run
 * between two frames.
 */
const closeSlowly = (): void => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync('[data-ending-style] { transition: opacity 400ms !important }')
  document.adoptedStyleSheets.push(sheet)
}

/**
 * Tests that start signed in as the owner of “Gradient Next”, on a server that a worker's tests share, or on the mock.
 */
export const test = base.extend<Fixtures, WorkerFixtures>({
  mockAddress: [undefined, { option: true, scope: 'worker' }],

  installation: [
    async ({ mockAddress, playwright }, use) => {
      if (mockAddress !== undefined) {
        return use({ address: mockAddress, session: signedOut, keepConfirmed: async () => undefined })
      }
      const server = await startServer()
      const request = await playwright.request.newContext()
      const session = await setUpByRequest(request, server)
      let confirmedAt = Date.now()
      const keepConfirmed = async () => {
        if (Date.now() - confirmedAt < (confirmedMinutes / 2) * 60_000) return
        await confirm(request, server.address, session)
        confirmedAt = Date.now()
      }
      await use({ address: server.address, session, keepConfirmed })
      await request.dispose()
      await server.discard()
    },
    { scope: 'worker' },
  ],

  sample: [
    async ({ installation, playwright }, use) => {
      const request = await playwright.request.newContext(signedIn(installation))
      await use(await makeSample(request, installation.address))
      await request.dispose()
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ installation }, use) => use(installation.address),
  storageState: async ({ installation }, use) => {
    await installation.keepConfirmed()
    await use(installation.session)
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  expectedErrors: async ({}, use) => use([]),

  context: async ({ context, expectedErrors }, use) => {
    const errors: string[] = []
    await context.addInitScript(() => {
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => {
        console.error(`The content security policy has stopped ${effectiveDirective} ${blockedURI}`)
      })
    })
    await context.addInitScript(closeSlowly)
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} ${message.location().url}`)
    })
    context.on('weberror', (error) => errors.push(String(error.error())))
    await use(context)
    const unexpected = errors.filter((error) => !expectedErrors.some((pattern) => pattern.test(error)))
    expect(unexpected, 'errors in the browser’s console').toEqual([])
  },
})

/** Tests with a server of their own, because they start before its set-up or stop it. No member is signed in. */
export const testAlone = test.extend<{ server: ServerProcess }>({
  server: async ({ expectedErrors }, use) => {
    const server = await startServer()
    const stop = async () => {
      expectedErrors.push(...serverUnreachable)
      await server.stop()
    }
    await use({ ...server, stop })
    await server.discard()
  },
  baseURL: async ({ server }, use) => use(server.address),
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
  storageState: async ({}, use) => use(signedOut),
})
