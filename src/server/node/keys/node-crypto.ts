import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hash, randomFillSync } from 'node:crypto'
import { type CipherOf, nonceBytes } from '#server/crypto/cipher.ts'
import type { Sha256 } from '#server/crypto/digest.ts'
import type { MacOf } from '#server/crypto/mac.ts'

const tagBytes = 16
const algorithm = 'aes-256-gcm'

/** Random bytes for the next nonces: asking the system for each dozen takes longer than sealing. */
const drawn = new Uint8Array(nonceBytes * 256)
let used = drawn.byteLength

const nextNonce = (): Uint8Array => {
  if (used === drawn.byteLength) {
    randomFillSync(drawn)
    used = 0
  }
  const nonce = drawn.slice(used, used + nonceBytes)
  used += nonceBytes
  return nonce
}

/**
 * The same seal as the web's cipher makes, by Node's own functions: theirs go through a queue of threads for each call,
 * which takes twenty times as long as sealing a key or a password.
 */
export const nodeCipher: CipherOf = (raw) => {
  const key = createSecretKey(raw)
  return {
    encrypt: (plain, context) => {
      const nonce = nextNonce()
      const cipher = createCipheriv(algorithm, key, nonce).setAAD(context)
      const body = [cipher.update(plain), cipher.final()]
      return new Uint8Array(Buffer.concat([nonce, ...body, cipher.getAuthTag()]))
    },
    decrypt: (sealed, context) => {
      if (sealed.byteLength < nonceBytes + tagBytes) throw new Error('These bytes are too short to be sealed.')
      const end = sealed.byteLength - tagBytes
      const decipher = createDecipheriv(algorithm, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
      decipher.setAAD(context).setAuthTag(sealed.subarray(end))
      const { buffer, byteOffset, byteLength } = decipher.update(sealed.subarray(nonceBytes, end))
      // All of it came with the update; what is left is whether it is what was sealed.
      decipher.final()
      return new Uint8Array(buffer, byteOffset, byteLength)
    },
  }
}

/** The same as the web's, at once: theirs goes through a queue of threads for each call. */
export const nodeMac: MacOf = (raw) => {
  const key = createSecretKey(raw)
  return (bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest())
}

/** The same as the web's, at once: theirs goes through a queue of threads for each call. */
export const nodeSha256 = ((text) => hash('sha256', text, 'hex')) satisfies Sha256
