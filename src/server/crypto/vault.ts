import { contextOf, deriver, hex, type KeyCheckForm, type MasterSeal, openMasterSeal } from './master-seal.ts'
import { type Bytes, type Cipher, type CipherOf, type Mac, type MacOf, webCipher, webMac } from './web-crypto.ts'

/** A value as it is stored. It opens only with the data key `keyId` and at its own location. */
export type Sealed = { algorithm: string; keyId: string; bytes: Uint8Array }

/** A team's key for its secrets' values, wrapped by the master key. */
export type WrappedDataKey = {
  id: string
  teamId: string
  algorithm: string
  wrapped: Uint8Array
  /** The public name of the master key that a new one is wrapped with. */
  masterKeyId?: string
}

/** Where a sealed value is stored. The seal is bound to it, so a row moved to another location does not open. */
export type SealLocation = { teamId: string; scopeId: string; name: string; version: number }

/**
 * Returns the location of an ephemeral secret. No scope has the ID `ephemeral`, so a value of one never opens as the other.
 */
export const ephemeralLocation = (teamId: string, id: string): SealLocation => ({
  teamId,
  scopeId: 'ephemeral',
  name: id,
  version: 1,
})

/** Seals and opens values: a value with its team's data key, a data key with the master key. */
export type Vault = {
  /** Returns the public name of the current master key. */
  masterKeyId(): string
  /** Makes bytes to store with the data, by which a later start checks that it has the right master key. */
  keyCheck(form?: KeyCheckForm): Promise<Uint8Array>
  /** Also tries the keys that the source has now, and switches to the one that passes. */
  passesKeyCheck(check: Uint8Array): Promise<boolean>
  /** Returns the form of a key check, and `undefined` when it does not pass. */
  keyCheckForm(check: Uint8Array): Promise<KeyCheckForm | undefined>
  newDataKey(teamId: string, id: string): Promise<WrappedDataKey>
  seal(key: WrappedDataKey, location: SealLocation, value: string): Promise<Sealed>
  /** Throws when the bytes, the key or the location differ from those of the sealing. */
  open(key: WrappedDataKey, location: SealLocation, sealed: Sealed): Promise<string>
  /**
   * Returns 64 hex characters that are equal exactly for equal values of one secret under one key. Reveals nothing
   * about the value without the key.
   */
  fingerprint(key: WrappedDataKey, location: Omit<SealLocation, 'version'>, value: string): Promise<string>
  /** Seals a secret of the server itself under the master key, bound to its purpose. */
  wrap(purpose: string, bytes: Bytes): Promise<Uint8Array>
  /** Throws when the bytes, the purpose or the master key differ from those of the sealing. */
  unwrap(purpose: string, wrapped: Uint8Array): Promise<Bytes>
  /** Makes MACs with other keys, as fast as the platform can. */
  macOf: MacOf
  /** Derives a secret for a purpose, always the same for one master key: 32 bytes in base64url. */
  derive(purpose: string): Promise<string>
}

/** The name of the algorithm, stored with every sealed row. */
export const algorithm = 'A256GCM'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Creates the vault of a master key of 32 random bytes, which the caller may overwrite afterwards. When something does
 * not open, `others` returns the keys that the source has now: the master key may have been rotated.
 */
export const createVault = async (
  masterKey: Bytes,
  cipherOf: CipherOf = webCipher,
  macOf: MacOf = webMac,
  others: () => Promise<readonly Bytes[]> = async () => [],
): Promise<Vault> => {
  /** The current seal, then earlier ones: a row that was read just before a rotation may still be in use. */
  let seals: readonly [MasterSeal, ...MasterSeal[]] = [await openMasterSeal(masterKey, cipherOf)]

  /** Finds the key that passes among those that the source has now, and makes it the current one. */
  const replaced = async (opens: (seal: MasterSeal) => Promise<boolean>): Promise<MasterSeal | undefined> => {
    for (const key of await others()) {
      const found = await openMasterSeal(key, cipherOf)
      if (!(await opens(found))) continue
      // A concurrent call may have found it already.
      seals = [found, ...seals.filter(({ id }) => id !== found.id)]
      return found
    }
    return undefined
  }

  const opened = async (open: (seal: MasterSeal) => Promise<Bytes>): Promise<Bytes> => {
    const attempt = (seal: MasterSeal) => open(seal).catch(() => undefined)
    for (const seal of seals) {
      const bytes = await attempt(seal)
      if (bytes) return bytes
    }
    const seal = await replaced(async (other) => (await attempt(other)) !== undefined)
    if (!seal) throw new Error('It does not open with the master key.')
    return open(seal)
  }

  /** Unwrapped data keys. Each team has few. */
  const unwrapped = new Map<string, Promise<Unwrapped>>()

  const unwrap = (key: WrappedDataKey): Promise<Unwrapped> => {
    const known = unwrapped.get(key.id)
    if (known) return known
    const fresh = (async () => {
      const raw = await opened((seal) => seal.unwrapDataKey(key))
      return { cipher: await cipherOf(raw), mac: await macOf(await (await deriver(raw))('fingerprint')) }
    })()
    fresh.catch(() => unwrapped.delete(key.id))
    unwrapped.set(key.id, fresh)
    return fresh
  }

  const keyCheckForm: Vault['keyCheckForm'] = async (check) => {
    const form = await seals[0].keyCheckForm(check)
    if (form !== undefined) return form
    return (await replaced((seal) => seal.passesKeyCheck(check)))?.keyCheckForm(check)
  }

  return {
    masterKeyId: () => seals[0].id,
    keyCheck: (form) => seals[0].keyCheck(form),
    passesKeyCheck: async (check) => (await keyCheckForm(check)) !== undefined,
    keyCheckForm,
    newDataKey: async (teamId, id) => {
      const [seal] = seals
      const raw = crypto.getRandomValues(new Uint8Array(32))
      const wrapped = await seal.wrapDataKey(teamId, id, raw)
      raw.fill(0)
      return { id, teamId, algorithm, wrapped, masterKeyId: seal.id }
    },
    seal: async (key, location, value) => {
      const { cipher } = await unwrap(key)
      return { algorithm, keyId: key.id, bytes: await cipher.encrypt(encoder.encode(value), locationContext(location)) }
    },
    open: async (key, location, sealed) => {
      if (sealed.algorithm !== algorithm) throw new Error(`Values sealed by ${sealed.algorithm} cannot be opened.`)
      const { cipher } = await unwrap(key)
      return decoder.decode(await cipher.decrypt(sealed.bytes, locationContext(location)))
    },
    fingerprint: async (key, { teamId, scopeId, name }, value) => {
      const { mac } = await unwrap(key)
      return hex(await mac(contextOf('fingerprint', teamId, scopeId, name, value)))
    },
    wrap: (purpose, bytes) => seals[0].wrapOwn(purpose, bytes),
    unwrap: (purpose, wrapped) => opened((seal) => seal.unwrapOwn(purpose, wrapped)),
    macOf,
    derive: async (purpose) => base64url(await seals[0].derived(purpose)),
  }
}

/** The uses of a data key: sealing values, and fingerprinting them with a key that derives from it. */
type Unwrapped = { cipher: Cipher; mac: Mac }

const locationContext = ({ teamId, scopeId, name, version }: SealLocation) =>
  contextOf('value', teamId, scopeId, name, version)

const base64url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
