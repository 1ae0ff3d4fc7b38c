import * as z from 'zod'
import { label } from '#shared/scope.ts'

// WebAuthn messages between browser and server, as JSON of the standard. Only fields that this code reads are declared;
// others pass through.

/** Argument of `navigator.credentials.create`. */
export const passkeyCreation = z
  .looseObject({ challenge: z.string(), rp: z.looseObject({ id: z.string() }) })
  .meta({ id: 'PasskeyCreation' })
export type PasskeyCreation = z.infer<typeof passkeyCreation>

/** Argument of `navigator.credentials.get`. */
export const passkeyRequest = z.looseObject({ challenge: z.string(), rpId: z.string() }).meta({ id: 'PasskeyRequest' })
export type PasskeyRequest = z.infer<typeof passkeyRequest>

const base64url = z
  .string()
  .regex(/^[\w-]+$/, 'Send bytes as base64url.')
  .max(8000)

const credential = {
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}),
}

/** A new passkey from the browser, with the name that its owner chose. */
export const newPasskey = z.object({
  name: label,
  credential: z.object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url,
      attestationObject: base64url,
      transports: z.array(z.enum(['ble', 'cable', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb'])).optional(),
    }),
  }),
})
export type NewPasskey = z.infer<typeof newPasskey>

/** A signature of a passkey for a challenge. */
export const passkeyProof = z.object({
  credential: z.object({
    ...credential,
    response: z.object({
      clientDataJSON: base64url,
      authenticatorData: base64url,
      signature: base64url,
    }),
  }),
})
export type PasskeyProof = z.infer<typeof passkeyProof>
