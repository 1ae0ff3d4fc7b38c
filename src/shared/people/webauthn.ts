import * as z from 'zod'
import { label } from '#shared/scope.ts'

// What a browser and the server tell each other about passkeys, in the JSON of the WebAuthn standard. Only what is
// looked at here is spelled out; the rest goes through as it is.

/** What the browser's `navigator.credentials.create` is called with. */
export const passkeyCreation = z
  .looseObject({ challenge: z.string(), rp: z.looseObject({ id: z.string() }) })
  .meta({ id: 'PasskeyCreation' })
export type PasskeyCreation = z.infer<typeof passkeyCreation>

/** What the browser's `navigator.credentials.get` is called with. */
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

/** A new passkey, as the browser made it, with the name that its owner gives it. */
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

/** A passkey's signature under a challenge. */
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
