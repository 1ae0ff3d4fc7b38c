import type { Vault } from '#server/crypto/vault.ts'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { type Checkpoint, checkpointText } from '#shared/audit/audit-record.ts'

/** Signs the checkpoints of the audit trail. */
export type Signer = {
  /** Ed25519 over the text's UTF-8, in base64. */
  sign(text: string): Promise<string>
  /** The public key as PEM (SPKI), for verifying without the server. */
  publicKey: string
}

/** The purpose that the signing key is bound to when it is sealed under the master key. */
export const signingKeyPurpose = 'audit signing key'
type Pair = { private: string; public: string }

/** Makes a signing key, sealed under the master key. */
export const newSigningKey = async (vault: Pick<Vault, 'wrap'>): Promise<Uint8Array> => {
  const made = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
  const pair: Pair = {
    private: base64(await crypto.subtle.exportKey('pkcs8', made.privateKey)),
    public: base64(await crypto.subtle.exportKey('spki', made.publicKey)),
  }
  return vault.wrap(signingKeyPurpose, new TextEncoder().encode(JSON.stringify(pair)))
}

/** Opens a key that {@link newSigningKey} made. */
export const openSigner = async (vault: Pick<Vault, 'unwrap'>, sealed: Uint8Array): Promise<Signer> => {
  const pair = JSON.parse(new TextDecoder().decode(await vault.unwrap(signingKeyPurpose, sealed))) as Pair
  const key = await crypto.subtle.importKey('pkcs8', base64Bytes(pair.private), 'Ed25519', false, ['sign'])
  return {
    sign: async (text) => base64(await crypto.subtle.sign('Ed25519', key, new TextEncoder().encode(text))),
    publicKey: `-----BEGIN PUBLIC KEY-----\n${pair.public}\n-----END PUBLIC KEY-----\n`,
  }
}

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))

const base64Bytes = (text: string): Bytes => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))

export type IsSigned = (checkpoint: Checkpoint) => Promise<boolean>

const pemBody = /^\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*$/

/** Reads the public key of a server, in PEM. Returns a function that verifies its signatures. Throws for other texts. */
export const openPublicKey = async (pem: string): Promise<IsSigned> => {
  const key = await importKey(pem)
  return async ({ checkpoint, signature }) => {
    const signed = new TextEncoder().encode(checkpointText(checkpoint))
    try {
      return await crypto.subtle.verify('Ed25519', key, base64Bytes(signature), signed)
    } catch {
      // The signature is not base64.
      return false
    }
  }
}

const importKey = async (pem: string): Promise<CryptoKey> => {
  const [, body] = pem.match(pemBody) ?? []
  try {
    if (body === undefined) throw new Error('It is no PEM.')
    return await crypto.subtle.importKey('spki', base64Bytes(body), 'Ed25519', false, ['verify'])
  } catch (cause) {
    throw new Error('It is no public key for audit trails. Save what the server answers at /v1/audit/key.', { cause })
  }
}
