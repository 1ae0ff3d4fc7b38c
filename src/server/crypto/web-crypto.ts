/** Bytes of their own, not a view on something shared. */
export type Bytes = Uint8Array<ArrayBuffer>

/** AES-256-GCM under one key. Sealed bytes are the nonce, the ciphertext and the tag, in this order. */
export type Cipher = {
  /** `context` is bound into the seal as additional data. */
  encrypt(plain: Bytes, context: Bytes): Bytes | Promise<Bytes>
  /** Throws when the bytes, the context or the key is not the one of the sealing. */
  decrypt(sealed: Uint8Array, context: Bytes): Bytes | Promise<Bytes>
}

/** Makes a cipher of a key of 32 bytes. */
export type CipherOf = (key: Bytes) => Cipher | Promise<Cipher>

/** Bytes of the nonce, random each time: 96 bits, as GCM wants them. */
export const nonceBytes = 12

/** Bytes by which what is sealed is longer than what it was: the nonce and the tag. */
export const sealBytes = nonceBytes + 16

/** By the standard of the web, wherever the server runs. */
export const webCipher: CipherOf = async (raw) => {
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const options = (iv: Bytes, additionalData: Bytes) => ({ name: 'AES-GCM', iv, additionalData })
  return {
    encrypt: async (plain, context) => {
      const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
      const cipher = await crypto.subtle.encrypt(options(iv, context), key, plain)
      const sealed = new Uint8Array(nonceBytes + cipher.byteLength)
      sealed.set(iv)
      sealed.set(new Uint8Array(cipher), nonceBytes)
      return sealed
    },
    decrypt: async (sealed, context) => {
      const copy = new Uint8Array(sealed)
      const [iv, cipher] = [copy.slice(0, nonceBytes), copy.slice(nonceBytes)]
      return new Uint8Array(await crypto.subtle.decrypt(options(iv, context), key, cipher))
    },
  }
}

/** HMAC-SHA-256 of bytes under one key: 32 bytes. */
export type Mac = (bytes: Bytes) => Bytes | Promise<Bytes>

/** Makes a MAC of a key of 32 bytes. */
export type MacOf = (key: Bytes) => Mac | Promise<Mac>

/** By the standard of the web, wherever the server runs. */
export const webMac: MacOf = async (raw) => {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return async (bytes) => new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
}

/** SHA-256 of a text's UTF-8, in hex. */
export type Sha256 = (text: string) => string | Promise<string>

/** By the standard of the web, wherever the server runs. */
export const webSha256: Sha256 = async (text) => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
