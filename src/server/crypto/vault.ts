import { contextOf, deriver, hex, type MasterSeal, openMasterSeal } from './master-seal.ts'
import { type Bytes, type Cipher, type CipherOf, type Mac, type MacOf, webCipher, webMac } from './web-crypto.ts'

/** A value as it rests in the store: it opens with the data key `keyId`, at its own place and version only. */
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

/** Where a value belongs. All of it is bound into the seal, so that a row moved elsewhere does not open. */
export type ValuePlace = { teamId: string; scopeId: string; name: string; version: number }

/**
 * Returns the place of an ephemeral secret. No scope has the ID `ephemeral`, so a value of one never opens as the other.
 */
export const ephemeralPlace = (teamId: string, id: string): ValuePlace => ({
  teamId,
  scopeId: 'ephemeral',
  name: id,
  version: 1,
})

/** Seals and opens values: a value with its team's data key, a data key with the master key. */
export type Vault = {
  /** The public name of the master key that is in use. */
  masterKeyId(): string
  /** Bytes to keep beside the data, by which a later start knows whether it has the right master key. */
  keyCheck(): Promise<Uint8Array>
  /** Looks among the keys that its source holds by now, too, and goes on with the one that passes. */
  passesKeyCheck(check: Uint8Array): Promise<boolean>
  newDataKey(teamId: string, id: string): Promise<WrappedDataKey>
  seal(key: WrappedDataKey, place: ValuePlace, value: string): Promise<Sealed>
  /** Throws when the bytes, the key or the place is not the one they were sealed with. */
  open(key: WrappedDataKey, place: ValuePlace, sealed: Sealed): Promise<string>
  /**
   * The same for equal values of one secret under one key, and for nothing else: 64 characters of hex. Of no use for
   * finding a value out without the key; values that are sealed with another key get another one.
   */
  fingerprint(key: WrappedDataKey, place: Omit<ValuePlace, 'version'>, value: string): Promise<string>
  /** Seals something of the server's own under the master key, bound to its purpose. */
  wrap(purpose: string, bytes: Bytes): Promise<Uint8Array>
  /** Throws when the bytes, the purpose or the master key is not the one of the sealing. */
  unwrap(purpose: string, wrapped: Uint8Array): Promise<Bytes>
  /** A secret for another purpose of the server, always the same for one master key: 32 bytes in base64url. */
  derive(purpose: string): Promise<string>
}

/** What stands on every row that was sealed this way. */
export const algorithm = 'A256GCM'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Takes the master key: 32 random bytes. The caller may overwrite them afterwards. When something does not open with
 * it, `others` is asked for the keys that there are by now: the master key may have been replaced in the meantime.
 */
export const createVault = async (
  masterKey: Bytes,
  cipherOf: CipherOf = webCipher,
  macOf: MacOf = webMac,
  others: () => Promise<readonly Bytes[]> = async () => [],
): Promise<Vault> => {
  /** The one in use, then those that were: a row that was read just before a rotation may still be under way. */
  let seals: readonly [MasterSeal, ...MasterSeal[]] = [await openMasterSeal(masterKey, cipherOf)]

  /** The master key that opens it, from among those that the source holds by now. It is in use from then on. */
  const replaced = async (opens: (seal: MasterSeal) => Promise<boolean>): Promise<MasterSeal | undefined> => {
    for (const key of await others()) {
      const found = await openMasterSeal(key, cipherOf)
      if (!(await opens(found))) continue
      // Another call may have found it in the meantime.
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

  /** Data keys in use, unwrapped once. There are few a team. */
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

  return {
    masterKeyId: () => seals[0].id,
    keyCheck: () => seals[0].keyCheck(),
    passesKeyCheck: async (check) =>
      (await seals[0].passesKeyCheck(check)) || (await replaced((seal) => seal.passesKeyCheck(check))) !== undefined,
    newDataKey: async (teamId, id) => {
      const [seal] = seals
      const raw = crypto.getRandomValues(new Uint8Array(32))
      const wrapped = await seal.wrapDataKey(teamId, id, raw)
      raw.fill(0)
      return { id, teamId, algorithm, wrapped, masterKeyId: seal.id }
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
    wrap: (purpose, bytes) => seals[0].wrapOwn(purpose, bytes),
    unwrap: (purpose, wrapped) => opened((seal) => seal.unwrapOwn(purpose, wrapped)),
    derive: async (purpose) => base64url(await seals[0].derived(purpose)),
  }
}

/** What a data key is used for: values are sealed with it, and told apart by a key that derives from it. */
type Unwrapped = { cipher: Cipher; mac: Mac }

const placeContext = ({ teamId, scopeId, name, version }: ValuePlace) =>
  contextOf('value', teamId, scopeId, name, version)

const base64url = (bytes: Bytes): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
