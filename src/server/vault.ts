import { type Bytes, type Cipher, type CipherOf, webCipher } from './cipher.ts'
import { type Mac, type MacOf, webMac } from './mac.ts'
import type { Sealed, WrappedDataKey } from './store.ts'

/** Where a value belongs. All of it is bound into the seal, so that a row moved elsewhere does not open. */
export type Place = { teamId: string; scopeId: string; name: string; version: number }

/** Seals and opens values: a value with its team's data key, a data key with the master key. */
export type Vault = {
  /** Bytes to keep beside the data, by which a later start knows whether it has the right master key. */
  keyCheck(): Promise<Uint8Array>
  passesKeyCheck(check: Uint8Array): Promise<boolean>
  newDataKey(teamId: string, id: string): Promise<WrappedDataKey>
  seal(key: WrappedDataKey, place: Place, value: string): Promise<Sealed>
  /** Throws when the bytes, the key or the place is not the one they were sealed with. */
  open(key: WrappedDataKey, place: Place, sealed: Sealed): Promise<string>
  /**
   * The same for equal values of one secret under one key, and for nothing else: 64 characters of hex. Of no use for
   * finding a value out without the key; values that are sealed with another key get another one.
   */
  fingerprint(key: WrappedDataKey, place: Omit<Place, 'version'>, value: string): Promise<string>
  /** Seals something of the server's own under the master key, bound to its purpose. */
  wrap(purpose: string, bytes: Bytes): Promise<Uint8Array>
  /** Throws when the bytes, the purpose or the master key is not the one of the sealing. */
  unwrap(purpose: string, wrapped: Uint8Array): Promise<Bytes>
  /** A secret for another purpose of the server, always the same for one master key: 32 bytes in base64url. */
  derive(purpose: string): Promise<string>
}

/** What stands on every row that was sealed this way. */
export const algorithm = 'A256GCM'
const checkText = 'gradient-secrets key check'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Takes the master key: 32 random bytes. The caller may overwrite them afterwards. */
export const createVault = async (
  masterKey: Bytes,
  cipherOf: CipherOf = webCipher,
  macOf: MacOf = webMac,
): Promise<Vault> => {
  if (masterKey.byteLength !== 32) throw new Error('The master key must have 32 bytes.')
  const derived = await deriver(masterKey)
  const wrapping = await cipherOf(await derived('wrap'))

  /** Data keys in use, unwrapped once. There is one a team. */
  const unwrapped = new Map<string, Promise<Unwrapped>>()

  const unwrap = (key: WrappedDataKey): Promise<Unwrapped> => {
    const known = unwrapped.get(key.id)
    if (known) return known
    const fresh = (async () => {
      const raw = await wrapping.decrypt(key.wrapped, wrapContext(key.teamId, key.id))
      return { cipher: await cipherOf(raw), mac: await macOf(await (await deriver(raw))('fingerprint')) }
    })()
    fresh.catch(() => unwrapped.delete(key.id))
    unwrapped.set(key.id, fresh)
    return fresh
  }

  return {
    keyCheck: async () => wrapping.encrypt(encoder.encode(checkText), contextOf('check')),
    passesKeyCheck: async (check) => {
      try {
        return decoder.decode(await wrapping.decrypt(check, contextOf('check'))) === checkText
      } catch {
        return false
      }
    },
    newDataKey: async (teamId, id) => {
      const raw = crypto.getRandomValues(new Uint8Array(32))
      const wrapped = await wrapping.encrypt(raw, wrapContext(teamId, id))
      raw.fill(0)
      return { id, teamId, algorithm, wrapped }
    },
    seal: async (key, place, value) => {
      const { cipher } = await unwrap(key)
      return { algorithm, keyId: key.id, bytes: await cipher.encrypt(encoder.encode(value), placeContext(place)) }
    },
    open: async (key, place, sealed) => {
      if (sealed.algorithm !== algorithm) throw new Error(`Values sealed by ${sealed.algorithm} cannot be opened.`)
      const { cipher } = await unwrap(key)
      return decoder.decode(await cipher.decrypt(sealed.bytes, placeContext(place)))
    },
    fingerprint: async (key, { teamId, scopeId, name }, value) => {
      const { mac } = await unwrap(key)
      return hex(await mac(contextOf('fingerprint', teamId, scopeId, name, value)))
    },
    wrap: async (purpose, bytes) => wrapping.encrypt(bytes, contextOf('own', purpose)),
    unwrap: async (purpose, wrapped) => wrapping.decrypt(wrapped, contextOf('own', purpose)),
    derive: async (purpose) => base64url(await derived(purpose)),
  }
}

/** What a data key is used for: values are sealed with it, and told apart by a key that derives from it. */
type Unwrapped = { cipher: Cipher; mac: Mac }

/** Derives keys of 32 bytes for one purpose each from a key. */
const deriver = async (key: Bytes): Promise<(purpose: string) => Promise<Bytes>> => {
  const root = await crypto.subtle.importKey('raw', key, 'HKDF', false, ['deriveBits'])
  return async (purpose) => {
    const info = encoder.encode(`gradient-secrets/${purpose}`)
    const options = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info }
    return new Uint8Array(await crypto.subtle.deriveBits(options, root, 256))
  }
}

/** JSON keeps the parts apart, whatever they contain. */
const contextOf = (...parts: readonly (string | number)[]): Bytes => encoder.encode(JSON.stringify(parts))
const wrapContext = (teamId: string, id: string) => contextOf('data key', teamId, id)
const placeContext = ({ teamId, scopeId, name, version }: Place) => contextOf('value', teamId, scopeId, name, version)

const hex = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

const base64url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
