import type { Bytes, Cipher, CipherOf } from './web-crypto.ts'

/** The uses of a master key: wraps data keys and the server's own secrets, and derives further secrets. */
export type MasterSeal = {
  /** A short public name of the key. Safe to print and store. */
  id: string
  wrapDataKey(teamId: string, id: string, raw: Bytes): Promise<Uint8Array>
  /** Unwrapping throws when the bytes, their context or the master key differ from those of the wrapping. */
  unwrapDataKey(key: { teamId: string; id: string; wrapped: Uint8Array }): Promise<Bytes>
  wrapOwn(purpose: string, bytes: Bytes): Promise<Uint8Array>
  unwrapOwn(purpose: string, wrapped: Uint8Array): Promise<Bytes>
  /** Makes a key check in a form; see {@link KeyCheckForm}. */
  keyCheck(form?: KeyCheckForm): Promise<Uint8Array>
  /** Returns the form of a key check that this key made, and `undefined` for any other bytes. */
  keyCheckForm(check: Uint8Array): Promise<KeyCheckForm | undefined>
  passesKeyCheck(check: Uint8Array): Promise<boolean>
  derived(purpose: string): Promise<Bytes>
}

/**
 * The form of a key check also says whether the installation requires codes on rows that grant rights: `signed`. Nobody
 * can change it without the master key. Releases without codes accept `plain` only, and refuse to start otherwise.
 */
export type KeyCheckForm = 'plain' | 'signed'

const checkTexts = {
  plain: 'gradient-secrets key check',
  signed: 'gradient-secrets key check, rights are signed',
} as const satisfies Record<KeyCheckForm, string>

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Opens the seal of a master key of 32 random bytes, which the caller may overwrite afterwards. */
export const openMasterSeal = async (masterKey: Bytes, cipherOf: CipherOf): Promise<MasterSeal> => {
  if (masterKey.byteLength !== 32) throw new Error('The master key must have 32 bytes.')
  const derived = await deriver(masterKey)
  const wrapping: Cipher = await cipherOf(await derived('wrap'))
  const text = hex((await derived('key id')).slice(0, 6))
  const keyCheckForm: MasterSeal['keyCheckForm'] = async (check) => {
    try {
      const text = decoder.decode(await wrapping.decrypt(check, contextOf('check')))
      if (text === checkTexts.signed) return 'signed'
      return text === checkTexts.plain ? 'plain' : undefined
    } catch {
      return undefined
    }
  }
  return {
    id: `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`,
    wrapDataKey: async (teamId, id, raw) => wrapping.encrypt(raw, contextOf('data key', teamId, id)),
    unwrapDataKey: async ({ teamId, id, wrapped }) => wrapping.decrypt(wrapped, contextOf('data key', teamId, id)),
    wrapOwn: async (purpose, bytes) => wrapping.encrypt(bytes, contextOf('own', purpose)),
    unwrapOwn: async (purpose, wrapped) => wrapping.decrypt(wrapped, contextOf('own', purpose)),
    keyCheck: async (form = 'plain') => wrapping.encrypt(encoder.encode(checkTexts[form]), contextOf('check')),
    keyCheckForm,
    passesKeyCheck: async (check) => (await keyCheckForm(check)) !== undefined,
    derived,
  }
}

/** Returns a function that derives a key of 32 bytes for a purpose. */
export const deriver = async (key: Bytes): Promise<(purpose: string) => Promise<Bytes>> => {
  const root = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  return async (purpose) => {
    const info = encoder.encode(`gradient-secrets/${purpose}`)
    const options = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
    return new Uint8Array(await crypto.subtle.deriveBits(options, root, 256))
  }
}

/** Encodes the context of a seal. JSON keeps the parts distinct, whatever they contain. */
export const contextOf = (...parts: readonly (string | number)[]): Bytes => encoder.encode(JSON.stringify(parts))

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export const hex = (bytes: Bytes): string => {
  let text = ''
  for (const byte of bytes) text += pairs[byte]
  return text
}
