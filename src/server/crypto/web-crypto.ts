/** Bytes in a buffer of their own, not a view of a shared one. */
export type Bytes = Uint8Array<ArrayBuffer>

/** AES-256-GCM under one key. Sealed bytes are nonce, ciphertext and tag, in this order. */
export type Cipher = {
  /** Binds `context` to the ciphertext as additional authenticated data. */
  encrypt(plain: Bytes, context: Bytes): Bytes | Promise<Bytes>
  /** Throws when the bytes, the context or the key differ from those of `encrypt`. */
  decrypt(sealed: Uint8Array, context: Bytes): Bytes | Promise<Bytes>
}

/** Makes a cipher from a key of 32 bytes. */
export type CipherOf = (key: Bytes) => Cipher | Promise<Cipher>

/** Length of the random nonce in bytes: 96 bits, as GCM recommends. */
export const nonceBytes = 12

/** By how many bytes sealing lengthens a value: the nonce and the tag. */
export const sealBytes = nonceBytes + 16

/** AES-256-GCM by the Web Crypto API, which browsers and Node have. */
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

/** Makes a MAC from a key of 32 bytes. */
export type MacOf = (key: Bytes) => Mac | Promise<Mac>

/** HMAC-SHA-256 by the Web Crypto API, which browsers and Node have. */
export const webMac: MacOf = async (raw) => {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return async (bytes) => new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
}

/** SHA-256 of a text's UTF-8, in hex. */
export type Sha256 = (text: string) => string | Promise<string>

/** SHA-256 by the Web Crypto API, which browsers and Node have. */
export const webSha256: Sha256 = async (text) => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
