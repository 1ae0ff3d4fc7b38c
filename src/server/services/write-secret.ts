import type { Vault } from '#server/crypto/vault.ts'
import type { Store } from '#server/store/open-store.ts'
import type { DecidedBy } from '#server/store/secrets/plan-changes.ts'
import type { VersionRestore } from '#server/store/secrets/version-store.ts'
import type { WriteCondition } from '#server/store/secrets/write-conditions.ts'
import type { Stamp } from '#server/store/trail/audit-event.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { givenValue } from './sealable-value.ts'

type SecretDeps = {
  store: Pick<Store, 'writeSecret' | 'restoreVersion'>
  vault: Pick<Vault, 'seal' | 'open' | 'fingerprint'>
}

/** Seals a value for its place and stores it. The one way in for every route. */
export const writeSecret = async (
  { store, vault }: Pick<SecretDeps, 'vault'> & { store: Pick<Store, 'writeSecret'> },
  teamId: string,
  scope: Scope,
  { name, value, ...rest }: { name: string; value: string } & WriteCondition & Stamp & DecidedBy,
): Promise<{ secret: Secret; created: boolean }> =>
  store.writeSecret(teamId, scope, {
    ...rest,
    name,
    ...givenValue(vault, { teamId, scopeId: scope.id, name }, value),
  })

/** Makes a new version with the value of an old one, which is opened and sealed again and goes nowhere else. */
export const restoreVersion = async (
  { store, vault }: SecretDeps,
  teamId: string,
  scope: Scope,
  restore: Omit<VersionRestore, 'open'>,
): Promise<Secret> => {
  const place = { teamId, scopeId: scope.id, name: restore.name }
  return store.restoreVersion(teamId, scope, {
    ...restore,
    open: async ({ version, key, sealed }) =>
      givenValue(vault, place, await vault.open(key, { ...place, version }, sealed)),
  })
}
