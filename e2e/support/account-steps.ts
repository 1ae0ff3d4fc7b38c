import type { APIRequestContext } from '@playwright/test'
import type { ServerProcess } from './server-process.ts'

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
export const confirm = async (request: APIRequestContext, address: string): Promise<void> => {
  const answer = await request.post(`${address}/v1/session/confirmation`, { data: { password: account.password } })
  if (!answer.ok()) throw new Error(`The password was answered with ${answer.status()}.`)
}

/** Creates the first account. `request` and the pages that share its context keep the session cookie. */
export const setUp = async (request: APIRequestContext, { address, setupLink }: ServerProcess): Promise<void> => {
  const token = new URLSearchParams(new URL(setupLink).hash.slice(1)).get('token')
  const answer = await request.post(`${address}/v1/setup`, { data: { token, ...account } })
  if (!answer.ok()) throw new Error(`The set-up was answered with ${answer.status()}.`)
}
