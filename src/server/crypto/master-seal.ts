import type { Bytes, Cipher, CipherOf } from './web-crypto.ts'

/** What a master key does: it wraps data keys and what the server keeps for itself, and secrets derive from it. */
export type MasterSeal = {
  /** A short name of the key, which tells nothing about it. It may be printed and stored. */
  id: string
  wrapDataKey(teamId: string, id: string, raw: Bytes): Promise<Uint8Array>
  /** These throw when the bytes, what they are bound to or the master key is not the one of the wrapping. */
  unwrapDataKey(key: { teamId: string; id: string; wrapped: Uint8Array }): Promise<Bytes>
  wrapOwn(purpose: string, bytes: Bytes): Promise<Uint8Array>
  unwrapOwn(purpose: string, wrapped: Uint8Array): Promise<Bytes>
  keyCheck(): Promise<Uint8Array>
  passesKeyCheck(check: Uint8Array): Promise<boolean>
  derived(purpose: string): Promise<Bytes>
}

const checkText = 'gradient-secrets key check'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Takes the master key: 32 random bytes. The caller may overwrite them afterwards. */
export const openMasterSeal = async (masterKey: Bytes, cipherOf: CipherOf): Promise<MasterSeal> => {
  if (masterKey.byteLength !== 32) throw new Error('The master key must have 32 bytes.')
  const derived = await deriver(masterKey)
  const wrapping: Cipher = await cipherOf(await derived('wrap'))
  const text = hex((await derived('key id')).slice(0, 6))
  return {
    id: `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`,
    wrapDataKey: async (teamId, id, raw) => wrapping.encrypt(raw, contextOf('data key', teamId, id)),
    unwrapDataKey: async ({ teamId, id, wrapped }) => wrapping.decrypt(wrapped, contextOf('data key', teamId, id)),
    wrapOwn: async (purpose, bytes) => wrapping.encrypt(bytes, contextOf('own', purpose)),
    unwrapOwn: async (purpose, wrapped) => wrapping.decrypt(wrapped, contextOf('own', purpose)),
    keyCheck: async () => wrapping.encrypt(encoder.encode(checkText), contextOf('check')),
    passesKeyCheck: async (check) => {
      try {
        return decoder.decode(await wrapping.decrypt(check, contextOf('check'))) === checkText
      } catch {
        return false
      }
    },
    derived,
  }
}

/** Derives keys of 32 bytes for one purpose each from a key. */
export const deriver = async (key: Bytes): Promise<(purpose: string) => Promise<Bytes>> => {
  const root = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  return async (purpose) => {
    const info = encoder.encode(`gradient-secrets/${purpose}`)
    const options = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
    return new Uint8Array(await crypto.subtle.deriveBits(options, root, 256))
  }
}

/** What is bound into a seal. JSON keeps the parts apart, whatever they contain. */
export const contextOf = (...parts: readonly (string | number)[]): Bytes => encoder.encode(JSON.stringify(parts))

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const hex = (bytes: Bytes): string => {
  let text = ''
  for (const byte of bytes) text += pairs[byte]
  return text
}
