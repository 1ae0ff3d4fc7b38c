import type { Sealed, WrappedDataKey } from '#server/crypto/vault.ts'
import type { Store } from '#server/store/open-store.ts'

type Keys = ReadonlyMap<string, WrappedDataKey>

/** One retry is enough for a rotation of data keys, which deletes the older ones once, at its end. */
const attempts = 3

/**
 * Reads sealed values, then the team's data keys. When a key is missing, a rotation has resealed the values between the
 * two reads and deleted it; then reads both again.
 */
export const readWithDataKeys = async <Held extends { sealed: Sealed }>(
  store: Pick<Store, 'dataKeys'>,
  teamId: string,
  read: () => Promise<Held[]>,
): Promise<{ held: Held[]; keys: Keys }> => {
  for (let attempt = 1; ; attempt++) {
    const held = await read()
    const keys = new Map((await store.dataKeys(teamId)).map((key) => [key.id, key]))
    if (attempt === attempts || held.every(({ sealed }) => keys.has(sealed.keyId))) return { held, keys }
  }
}

/** Returns the data key that a value is sealed with. */
export const dataKeyOf = (keys: Keys, { keyId }: Sealed): WrappedDataKey => {
  const key = keys.get(keyId)
  if (!key) throw new Error('A value is sealed with a key that the team does not have.')
  return key
}
