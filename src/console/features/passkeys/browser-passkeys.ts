import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'
import { Failure } from '#shared/failure.ts'
import type { PasskeyCreation, PasskeyRequest } from '#shared/people/webauthn.ts'
import { passkeyObstacle } from './passkey-obstacle.ts'

/** Creates a passkey for a challenge. Returns the credential for the server. */
export const createPasskey = async (challenge: PasskeyCreation): Promise<object> => {
  assertUsableHere(challenge.rp.id)
  // The server follows the WebAuthn standard. The schema types only the properties that our code reads.
  const optionsJSON = challenge as unknown as PublicKeyCredentialCreationOptionsJSON
  return startRegistration({ optionsJSON }).catch((error: unknown) => {
    throw nameOf(error) === 'InvalidStateError'
      ? new Failure('CONFLICT', 'This device has a passkey of your account already.', { cause: error })
      : passkeyFailure('added', error)
  })
}

/** Signs a challenge with a passkey. Returns the credential for the server. */
export const signWithPasskey = async (challenge: PasskeyRequest): Promise<object> => {
  assertUsableHere(challenge.rpId)
  const optionsJSON = challenge as unknown as PublicKeyCredentialRequestOptionsJSON
  return startAuthentication({ optionsJSON }).catch((error: unknown) => {
    throw passkeyFailure('used', error)
  })
}

const assertUsableHere = (host: string): void => {
  const obstacle = passkeyObstacle(host)
  if (obstacle) throw new Failure('BAD_REQUEST', obstacle)
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '')

/** Browsers do not reveal whether the person cancelled, the request timed out, or no passkey exists. */
const passkeyFailure = (what: string, cause: unknown): Failure =>
  new Failure('BAD_REQUEST', `No passkey was ${what}. Try again, and follow what the browser asks.`, { cause })
