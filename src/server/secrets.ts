import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Stamp, Store, WriteCondition } from './store.ts'
import type { Vault } from './vault.ts'

type SecretDeps = { store: Pick<Store, 'writeSecret'>; vault: Pick<Vault, 'seal'> }

/** Seals a value for its place and stores it. The one way in for every route. */
export const writeSecret = async (
  { store, vault }: SecretDeps,
  teamId: string,
  scope: Scope,
  { name, value, ...rest }: { name: string; value: string } & WriteCondition & Stamp,
): Promise<{ secret: Secret; created: boolean }> =>
  store.writeSecret(teamId, scope, {
    ...rest,
    name,
    seal: (version, key) => vault.seal(key, { teamId, scopeId: scope.id, name, version }, value),
  })
