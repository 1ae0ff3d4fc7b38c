import type { SealLocation, Vault } from '#server/crypto/vault.ts'
import type { Store } from '#server/store/open-store.ts'
import type { ConfirmedPlan } from '#server/store/secrets/plan-changes.ts'
import type { VersionRestore } from '#server/store/secrets/version-store.ts'
import type { WriteCondition } from '#server/store/secrets/write-conditions.ts'
import type { SealableValue } from '#server/store/secrets/write-version.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

type SecretDeps = {
  store: Pick<Store, 'writeSecret' | 'restoreVersion'>
  vault: Pick<Vault, 'seal' | 'open' | 'fingerprint'>
}

/** Seals a value for its location and stores it. Every route that sets a secret uses it. */
export const writeSecret = async (
  { store, vault }: Pick<SecretDeps, 'vault'> & { store: Pick<Store, 'writeSecret'> },
  teamId: string,
  scope: Scope,
  { name, value, ...rest }: { name: string; value: string } & WriteCondition & AuditContext & ConfirmedPlan,
): Promise<{ secret: Secret; created: boolean }> =>
  store.writeSecret(teamId, scope, {
    ...rest,
    name,
    ...sealableValue(vault, { teamId, scopeId: scope.id, name }, value),
  })

/** Makes a new version with the value of an old one, which is opened and sealed again without leaving the server. */
export const restoreVersion = async (
  { store, vault }: SecretDeps,
  teamId: string,
  scope: Scope,
  restore: Omit<VersionRestore, 'open'>,
): Promise<Secret> => {
  const location = { teamId, scopeId: scope.id, name: restore.name }
  return store.restoreVersion(teamId, scope, {
    ...restore,
    open: async ({ version, key, sealed }) =>
      sealableValue(vault, location, await vault.open(key, { ...location, version }, sealed)),
  })
}

/** Wraps a value so that the store can seal and compare it without seeing it. */
export const sealableValue = (
  vault: Pick<Vault, 'seal' | 'open' | 'fingerprint'>,
  location: Omit<SealLocation, 'version'>,
  value: string,
): SealableValue => {
  /** By data key: a set needs the keys of the current version and of the new one, which are mostly the same. */
  const fingerprints = new Map<string, Promise<string>>()
  return {
    seal: (version, key) => vault.seal(key, { ...location, version }, value),
    fingerprint: (key) => {
      const known = fingerprints.get(key.id) ?? vault.fingerprint(key, location, value)
      fingerprints.set(key.id, known)
      return known
    },
    isIn: async ({ version, key, sealed }) => {
      try {
        return (await vault.open(key, { ...location, version }, sealed)) === value
      } catch {
        // A stored value that does not open must not prevent a new value from being set.
        return false
      }
    },
  }
}
