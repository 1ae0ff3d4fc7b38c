import type { Place, Vault } from '#server/crypto/vault.ts'
import type { GivenValue } from '#server/store/secrets/write-version.ts'

/** A value for one secret, as the store may deal with it. */
export const givenValue = (
  vault: Pick<Vault, 'seal' | 'open' | 'fingerprint'>,
  place: Omit<Place, 'version'>,
  value: string,
): GivenValue => {
  /** By key: a set asks for the key of the version that there is and for the newest one, which are mostly the same. */
  const fingerprints = new Map<string, Promise<string>>()
  return {
    seal: (version, key) => vault.seal(key, { ...place, version }, value),
    fingerprint: (key) => {
      const known = fingerprints.get(key.id) ?? vault.fingerprint(key, place, value)
      fingerprints.set(key.id, known)
      return known
    },
    isIn: async ({ version, key, sealed }) => {
      try {
        return (await vault.open(key, { ...place, version }, sealed)) === value
      } catch {
        // A value that does not open is not this one, and must not keep another from being set in its place.
        return false
      }
    },
  }
}
