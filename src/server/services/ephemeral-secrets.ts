import { newId } from '#server/crypto/make-id.ts'
import { ephemeralLocation, type Vault, type WrappedDataKey } from '#server/crypto/vault.ts'
import type { Store } from '#server/store/open-store.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** Maximum number of values in one request. */
export const maxEphemeralKeys = 50

/** Maximum lifetime of a value: a week. */
export const maxEphemeralSeconds = 7 * 24 * 60 * 60

/** Values by their names, their lifetime, and the limits of the key that makes them. */
type NewEphemeral = AuditContext & { values: Readonly<Record<string, string>>; seconds: number; limits: Pair }

/** Seals values and stores them until they expire. Returns the ID of each by its name. */
export const createEphemeralSecrets = async (
  { store, vault }: { store: Pick<Store, 'keepEphemeral'>; vault: Pick<Vault, 'seal'> },
  teamId: string,
  { values, seconds, limits, ...context }: NewEphemeral,
): Promise<Record<string, string>> => {
  const secrets = Object.entries(values).map(([name, value]) => {
    const id = newId('es')
    return { id, name, seal: (key: WrappedDataKey) => vault.seal(key, ephemeralLocation(teamId, id), value) }
  })
  await store.keepEphemeral(teamId, { ...context, secrets, limits, expiresAt: context.at + seconds * 1000 })
  return Object.fromEntries(secrets.map(({ id, name }) => [name, id]))
}

/**
 * Returns the value of an ephemeral secret, for a workload on `pair`. Throws `NOT_FOUND` when it has expired, belongs to
 * another team or place, or never existed.
 */
export const openEphemeralSecret = async (
  { store, vault, now }: { store: Pick<Store, 'sealedEphemeral'>; vault: Pick<Vault, 'open'>; now(): number },
  teamId: string,
  id: string,
  pair: Pair,
): Promise<string> => {
  const { sealed, key } = await store.sealedEphemeral(teamId, id, pair, now())
  return vault.open(key, ephemeralLocation(teamId, id), sealed)
}
