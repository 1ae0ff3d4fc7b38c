import type { Kysely, Transaction } from 'kysely'
import type { Sealed, WrappedDataKey } from '#server/crypto/vault.ts'
import { nameKey } from '#server/store/db/pagination.ts'
import { awaitAll } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { dataKeyStatement, noSuchTeam } from '#server/store/keys/data-key.ts'
import { versionStatements } from '#server/store/secrets/secret-statements.ts'
import type { FoundSecret, SecretFinder, WriteCondition } from '#server/store/secrets/write-conditions.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { NamedScope, Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { toSecret } from './secret-statements.ts'

/** A stored version with its data key. */
export type StoredVersion = { version: number; key: WrappedDataKey; sealed: Sealed }

/** A value to store. The store never reads the value itself. */
export type SealableValue = {
  /**
   * Seals the value for the version that the write makes, with the team's newest data key. Called at most once per run
   * of a transaction.
   */
  seal(version: number, key: WrappedDataKey): Promise<Sealed>
  /** See `Vault.fingerprint`. */
  fingerprint(key: WrappedDataKey): Promise<string>
  /** Returns whether a version has the same value. Called for versions without a fingerprint. */
  isIn(stored: StoredVersion): Promise<boolean>
}

/** The state of a write: the scope and its new revision, the existing secret, and the data key for the new value. */
type StartedWrite = { revision: number; namedScope: NamedScope; found: FoundSecret; newest: WrappedDataKey }

/** A version to write. */
type NewVersion = {
  teamId: string
  name: string
  started: StartedWrite
  given: SealableValue
  context: AuditContext
  restoredFrom?: number
}

/** Writes versions. */
export const versionWriter = (
  db: Kysely<Schema>,
  { statements, nextRevision, findForWrite, keepVersions }: SecretFinder & { keepVersions: number },
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

  const newestKey = async (trx: Transaction<Schema>, teamId: string): Promise<WrappedDataKey> => {
    const [newest] = await newestDataKey(trx, { teamId })
    if (!newest) throw noSuchTeam()
    return newest
  }

  return {
    /** Starts a write. Throws unless the stored secret meets the condition. */
    begin: async (
      trx: Transaction<Schema>,
      teamId: string,
      scope: Scope,
      write: WriteCondition & { name: string },
    ): Promise<StartedWrite> => {
      const [taken, found, newest] = await awaitAll(
        nextRevision(trx, teamId, scope),
        findForWrite(trx, teamId, scope, write),
        newestKey(trx, teamId),
      )
      return { ...taken, found, newest }
    },

    /** Finds a stored version, or returns `undefined` when it was deleted. */
    stored,

    /**
     * Stores a value as the next version and deletes the oldest one beyond the limit. Stores nothing when the value is
     * the current one; the returned secret is then `unchanged`.
     */
    make: async (
      trx: Transaction<Schema>,
      { teamId, name, started, given, context, restoredFrom }: NewVersion,
    ): Promise<Secret> => {
      const { revision, namedScope, found, newest } = started
      const { row, existing } = found
      const { by, at } = context
      const key = { teamId, scopeId: namedScope.id, name }
      const isCurrent = async (version: number): Promise<boolean> => {
        if (row?.fingerprint && row.key_id === newest.id) return row.fingerprint === (await given.fingerprint(newest))
        const current = await stored(trx, teamId, { scopeId: namedScope.id, name, version })
        if (!current) return false
        // A rotation may have resealed it since the row was read. Its fingerprint is then of another key.
        if (!row?.fingerprint || row.key_id !== current.key.id) return given.isIn(current)
        return row.fingerprint === (await given.fingerprint(current.key))
      }
      if (existing && (await isCurrent(existing.version))) {
        await statements.returnRevision(trx, key)
        return { ...existing, unchanged: true }
      }

      const version = (existing?.version ?? 0) + 1
      const { algorithm, keyId, bytes } = await given.seal(version, newest)
      const fingerprint = await given.fingerprint(newest)
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
        fingerprint,
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

export type VersionWriter = ReturnType<typeof versionWriter>
