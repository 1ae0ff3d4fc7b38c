import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { Failure } from '#shared/failure.ts'
import type { PasskeyCreation, PasskeyRequest } from '#shared/people/webauthn.ts'
import { passkeyObstacle } from './passkey-obstacle.ts'

/** Lets the person make a passkey under a challenge. */
export const createPasskey = async (challenge: PasskeyCreation): Promise<object> => {
  refuseElsewhere(challenge.rp.id)
  // The server made it by the standard; only the parts that are looked at here have been parsed.
  const optionsJSON = challenge as unknown as PublicKeyCredentialCreationOptionsJSON
  return startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw nameOf(error) === 'InvalidStateError'
      ? new Failure('CONFLICT', 'This device has a passkey of your account already.', { cause: error })
      : notUsed('added', error)
  })
}

/** Lets the person sign a challenge with a passkey. */
export const signWithPasskey = async (challenge: PasskeyRequest): Promise<object> => {
  refuseElsewhere(challenge.rpId)
  const optionsJSON = challenge as unknown as PublicKeyCredentialRequestOptionsJSON
  return startAuthentication({ optionsJSON }).catch((error: unknown) => {
    throw notUsed('used', error)
  })
}

const refuseElsewhere = (host: string): void => {
  const obstacle = passkeyObstacle(host)
  if (obstacle) throw new Failure('BAD_REQUEST', obstacle)
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Browsers do not tell whether it was called off, took too long, or there was none. */
const notUsed = (what: string, cause: unknown): Failure =>
  new Failure('BAD_REQUEST', `No passkey was ${what}. Try again, and follow what the browser asks.`, { cause })
