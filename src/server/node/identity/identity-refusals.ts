import { isAPIError } from 'better-auth/api'

/** What better-auth answers to a wrong password, code or passkey. */
const refusals = new Set<unknown>(['UNAUTHORIZED', 'BAD_REQUEST'])
/** It takes a new passkey that cannot be verified for a mistake of its own. */
const unverified = 'FAILED_TO_VERIFY_REGISTRATION'

/** Asks better-auth for something that it may refuse; `undefined` when it did. */
export const unlessRefused = async <Result>(asked: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (isAPIError(error) && (refusals.has(error.status) || error.body?.code === unverified)) return undefined
    throw error
  }
}
