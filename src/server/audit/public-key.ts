import { type Checkpoint, checkpointText } from '#shared/audit/audit-record.ts'
import { bytesOf } from './checkpoint-signer.ts'

export type IsSigned = (checkpoint: Checkpoint) => Promise<boolean>

const pemBody = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/

/** Reads the public key that a server hands out, in PEM, for checking its signatures. Throws for anything else. */
export const openPublicKey = async (pem: string): Promise<IsSigned> => {
  const key = await importKey(pem)
  return async ({ checkpoint, signature }) => {
    const signed = new TextEncoder().encode(checkpointText(checkpoint))
    try {
      return await crypto.subtle.verify('Ed25519', key, bytesOf(signature), signed)
    } catch {
      // It is no base64.
      return false
    }
  }
}

const importKey = async (pem: string): Promise<CryptoKey> => {
  const [, body] = pem.match(pemBody) ?? []
  try {
    if (body === undefined) throw new Error('It is no PEM.')
    return await crypto.subtle.importKey('spki', bytesOf(body), 'Ed25519', false, ['verify'])
  } catch (cause) {
    throw new Error('It is no public key for audit trails. Save what the server answers at /v1/audit/key.', { cause })
  }
}
