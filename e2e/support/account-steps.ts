import type { APIRequestContext, Page } from '@playwright/test'
import type { ServerProcess } from './server-process.ts'
import { proofIn, type Session, sessionFrom, useSession } from './session.ts'

/** The first account and its team. They match the mock's, so that the same test runs on both. */
export const account = {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  password: 'correct horse battery',
  team: 'Gradient Next',
}

/** First part of the addresses of the team's pages. */
export const namespace = 'gradient-next'

/** Confirms the first account's password, because the session may be too old for a dangerous action. */
export const confirm = async (request: APIRequestContext, address: string, session: Session): Promise<void> => {
  const data = { password: account.password }
  const answer = await request.post(`${address}/v1/session/confirmation`, { data, headers: proofIn(session) })
  if (!answer.ok()) throw new Error(`The password was answered with ${answer.status()}.`)
}

/** Creates the first account, and signs the page's browser in. */
export const setUp = async (page: Page, server: ServerProcess): Promise<void> =>
  useSession(page, await setUpByRequest(page.request, server))

/** Creates the first account. Returns its session, whose cookies `request` keeps. */
export const setUpByRequest = async (
  request: APIRequestContext,
  { address, setupLink }: ServerProcess,
): Promise<Session> => {
  const token = new URLSearchParams(new URL(setupLink).hash.slice(1)).get('token')
  const answer = await request.post(`${address}/v1/setup`, { data: { token, ...account } })
  if (!answer.ok()) throw new Error(`The set-up was answered with ${answer.status()}.`)
  return sessionFrom(request, address, (await answer.json()).proof)
}
