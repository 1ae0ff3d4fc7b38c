import type { APIRequestContext } from '@playwright/test'
import type { ServerProcess } from './server-process.ts'

/** The first account and its team: those of the mock, so that the same test runs on both. */
export const account = {
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  password: 'correct horse battery',
  team: 'Gradient Next',
}

/** First part of the addresses of the team's pages. */
export const namespace = 'gradient-next'

/** Gives the first account's password again, for a session that may have grown old. */
export const confirm = async (request: APIRequestContext, address: string): Promise<void> => {
  const answer = await request.post(`${address}/v1/session/confirmation`, { data: { password: account.password } })
  if (!answer.ok()) throw new Error(`The password was answered with ${answer.status()}.`)
}

/** Makes the first account. The session's cookie is kept by `request`, and by the pages that share it. */
export const setUp = async (request: APIRequestContext, { address, setupLink }: ServerProcess): Promise<void> => {
  const token = new URLSearchParams(new URL(setupLink).hash.slice(1)).get('token')
  const answer = await request.post(`${address}/v1/setup`, { data: { token, ...account } })
  if (!answer.ok()) throw new Error(`The set-up was answered with ${answer.status()}.`)
}
