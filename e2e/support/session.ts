import type { APIRequestContext, BrowserContext, Page } from '@playwright/test'
import { proofHeader } from '#shared/people/session.ts'

/** The cookies of a session, and the proof in the storage of its origin. A browser context can start with it. */
export type Session = Awaited<ReturnType<BrowserContext['storageState']>>

/** The session of nobody. */
export const signedOut: Session = { cookies: [], origins: [] }

/** Where the console keeps the proof. */
const storageKey = 'gradient-proof'

/** Returns the session that a request has started at `address`, whose answer had `proof`. */
export const sessionFrom = async (request: APIRequestContext, address: string, proof: string): Promise<Session> => {
  const { cookies } = await request.storageState()
  return { cookies, origins: [{ origin: new URL(address).origin, localStorage: [{ name: storageKey, value: proof }] }] }
}

/** Returns the header that requests of a session send with its cookies. */
export const proofIn = ({ origins }: Pick<Session, 'origins'>): Record<string, string> => {
  const kept = origins.flatMap(({ localStorage }) => localStorage).find(({ name }) => name === storageKey)
  return kept ? { [proofHeader]: kept.value } : {}
}

/** Returns the header that requests outside a page send as the person who is signed in on it. */
export const proofOf = async (page: Page): Promise<Record<string, string>> =>
  proofIn(await page.context().storageState())

/** Signs a browser context in with a session, instead of the one that it has. Leaves the page on a file of the origin. */
export const useSession = async (page: Page, { cookies, origins }: Session): Promise<void> => {
  await page.context().clearCookies()
  await page.context().addCookies(cookies)
  for (const { origin, localStorage } of origins) {
    await page.goto(`${origin}/favicon.svg`)
    await page.evaluate((entries) => {
      for (const { name, value } of entries) window.localStorage.setItem(name, value)
    }, localStorage)
  }
}

/** Returns the options of a request context outside a browser that sends requests with a session. */
export const signedIn = ({ address, session }: { address: string; session: Session }) => ({
  baseURL: address,
  storageState: session,
  extraHTTPHeaders: proofIn(session),
})
