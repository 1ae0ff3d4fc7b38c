import type { Kysely, Transaction } from 'kysely'
import type { Secret } from '#shared/secret.ts'
import type { PairScope, Stamp } from '../store.ts'
import type { GivenValue, StoredVersion } from '../store-history.ts'
import { nameKey } from './cursor.ts'
import { dataKeyStatement, noSuchTeam } from './data-key.ts'
import type { Schema } from './schema.ts'
import type { Met, ScopeSecrets } from './scope-secrets.ts'
import { toSecret } from './secret-statements.ts'
import { versionStatements } from './version-statements.ts'

/** Where a version is made, in place of what, and from what. `place` and `revision` are those of the write. */
export type NewVersion = {
  teamId: string
  place: PairScope
  revision: number
  name: string
  met: Met
  given: GivenValue
  stamp: Stamp
  restoredFrom?: number
}

/** Makes versions. */
export const versionMaker = (
  db: Kysely<Schema>,
  { statements, keepVersions }: Pick<ScopeSecrets, 'statements'> & { keepVersions: number },
) => {
  const versions = versionStatements(db)
  const newestDataKey = dataKeyStatement(db)

  const stored = async (
    trx: Transaction<Schema>,
    teamId: string,
    of: { scopeId: string; name: string; version: number },
  ): Promise<StoredVersion | undefined> => {
    const [row] = await versions.stored(trx, { teamId, ...of })
    if (!row) return undefined
    return {
      version: row.version,
      key: { id: row.id, teamId, algorithm: row.key_algorithm, wrapped: row.wrapped },
      sealed: { algorithm: row.algorithm, keyId: row.id, bytes: row.sealed },
    }
  }

  return {
    /** A version as it rests, or nothing when it is not kept. */
    stored,

    /**
     * Stores a value as the next version and deletes the one that is too old for that; nothing when the value is the
     * current one, and then the answer says `unchanged`.
     */
    make: async (
      trx: Transaction<Schema>,
      { teamId, place, revision, name, met: { row, existing }, given, stamp, restoredFrom }: NewVersion,
    ): Promise<Secret> => {
      const { by, at } = stamp
      const key = { teamId, scopeId: place.id, name }
      const [newest] = await newestDataKey(trx, { teamId })
      if (!newest) throw noSuchTeam()

      const isCurrent = async (version: number): Promise<boolean> => {
        if (row?.fingerprint && row.key_id === newest.id) return row.fingerprint === (await given.fingerprint(newest))
        const current = await stored(trx, teamId, { scopeId: place.id, name, version })
        if (!current) return false
        return row?.fingerprint ? row.fingerprint === (await given.fingerprint(current.key)) : given.isIn(current)
      }
      if (existing && (await isCurrent(existing.version))) {
        await statements.returnRevision(trx, key)
        return { ...existing, unchanged: true }
      }

      const version = (existing?.version ?? 0) + 1
      const { algorithm, keyId, bytes } = await given.seal(version, newest)
      if (existing) await statements.update(trx, { ...key, version, revision, at, by: by.id })
      else {
        await statements.insert(trx, { ...key, nameKey: nameKey(name), version, revision, at, by: by.id })
        await statements.count(trx, { ...key, change: 1 })
      }
      await versions.insert(trx, {
        ...key,
        version,
        algorithm,
        keyId,
        sealed: bytes,
        fingerprint: await given.fingerprint(newest),
        restoredFrom: restoredFrom ?? null,
        at,
        by: by.id,
      })
      if (version > keepVersions) await versions.deleteUpTo(trx, { ...key, version: version - keepVersions })
      return toSecret({
        name,
        version,
        revision,
        created_at: row?.created_at ?? at,
        modified_at: at,
        modified_by: by.id,
        modified_by_name: by.name,
      })
    },
  }
}

export type VersionMaker = ReturnType<typeof versionMaker>
