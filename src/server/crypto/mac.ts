import type { Bytes } from './cipher.ts'

/** HMAC-SHA-256 of bytes under one key: 32 bytes. */
export type Mac = (bytes: Bytes) => Bytes | Promise<Bytes>

/** Makes a MAC of a key of 32 bytes. */
export type MacOf = (key: Bytes) => Mac | Promise<Mac>

/** By the standard of the web, wherever the server runs. */
export const webMac: MacOf = async (raw) => {
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return async (bytes) => new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes))
}
