import type { Sealed, WrappedDataKey } from './store.ts'

/** Where a value belongs. All of it is bound into the seal, so that a row moved elsewhere does not open. */
export type Place = { teamId: string; scopeId: string; name: string; version: number }

/**
 * Seals and opens values. A value is sealed with its team's data key, a data key with the master key; both by
 * AES-256-GCM with a random 96-bit nonce in front of the ciphertext.
 */
export type Vault = {
  /** Bytes to keep beside the data, by which a later start knows whether it has the right master key. */
  keyCheck(): Promise<Uint8Array>
  passesKeyCheck(check: Uint8Array): Promise<boolean>
  newDataKey(teamId: string, id: string): Promise<WrappedDataKey>
  seal(key: WrappedDataKey, place: Place, value: string): Promise<Sealed>
  /** Throws when the bytes, the key or the place is not the one they were sealed with. */
  open(key: WrappedDataKey, place: Place, sealed: Sealed): Promise<string>
  /** A secret for another purpose of the server, always the same for one master key: 32 bytes in base64url. */
  derive(purpose: string): Promise<string>
}

export const algorithm = 'A256GCM'
const nonceBytes = 12
const checkText = 'gradient-secrets key check'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Takes the master key: 32 random bytes. The caller may overwrite them afterwards. */
export const createVault = async (masterKey: Uint8Array<ArrayBuffer>): Promise<Vault> => {
  if (masterKey.byteLength !== 32) throw new Error('The master key must have 32 bytes.')
  const root = await crypto.subtle.importKey('raw', masterKey, 'HKDF', false, ['deriveBits', 'deriveKey'])
  const hkdf = (purpose: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt: new Uint8Array(),
    info: encoder.encode(`gradient-secrets/${purpose}`),
  })
  const wrapping = await crypto.subtle.deriveKey(hkdf('wrap'), root, { name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ])

  /** Data keys in use, unwrapped once. They are not extractable, and there is one a team. */
  const unwrapped = new Map<string, Promise<CryptoKey>>()

  const unwrap = (key: WrappedDataKey): Promise<CryptoKey> => {
    const known = unwrapped.get(key.id)
    if (known) return known
    const fresh = decrypt(wrapping, key.wrapped, wrapContext(key.teamId, key.id)).then((raw) =>
      crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']),
    )
    fresh.catch(() => unwrapped.delete(key.id))
    unwrapped.set(key.id, fresh)
    return fresh
  }

  return {
    keyCheck: () => encrypt(wrapping, encoder.encode(checkText), ['check']),
    passesKeyCheck: (check) =>
      decrypt(wrapping, check, ['check']).then(
        (text) => decoder.decode(text) === checkText,
        () => false,
      ),
    newDataKey: async (teamId, id) => {
      const raw = crypto.getRandomValues(new Uint8Array(32))
      const wrapped = await encrypt(wrapping, raw, wrapContext(teamId, id))
      raw.fill(0)
      return { id, teamId, algorithm, wrapped }
    },
    seal: async (key, place, value) => ({
      algorithm,
      keyId: key.id,
      bytes: await encrypt(await unwrap(key), encoder.encode(value), placeContext(place)),
    }),
    open: async (key, place, sealed) => {
      if (sealed.algorithm !== algorithm) throw new Error(`Values sealed by ${sealed.algorithm} cannot be opened.`)
      return decoder.decode(await decrypt(await unwrap(key), sealed.bytes, placeContext(place)))
    },
    derive: async (purpose) => base64url(new Uint8Array(await crypto.subtle.deriveBits(hkdf(purpose), root, 256))),
  }
}

const wrapContext = (teamId: string, id: string) => ['data key', teamId, id]
const placeContext = ({ teamId, scopeId, name, version }: Place) => ['value', teamId, scopeId, name, version]

/** JSON keeps the parts apart, whatever they contain. */
const contextBytes = (context: readonly (string | number)[]) => encoder.encode(JSON.stringify(context))

const encrypt = async (key: CryptoKey, plain: Uint8Array<ArrayBuffer>, context: readonly (string | number)[]) => {
  const iv = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const cipher = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: contextBytes(context) }, key, plain)
  const bytes = new Uint8Array(nonceBytes + cipher.byteLength)
  bytes.set(iv)
  bytes.set(new Uint8Array(cipher), nonceBytes)
  return bytes
}

const decrypt = async (key: CryptoKey, bytes: Uint8Array, context: readonly (string | number)[]) => {
  const copy = new Uint8Array(bytes)
  const [iv, cipher] = [copy.subarray(0, nonceBytes), copy.subarray(nonceBytes)]
  return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: contextBytes(context) }, key, cipher)
}

const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
