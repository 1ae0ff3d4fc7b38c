import type { Kysely } from 'kysely'
import type { Sealed, WrappedDataKey } from '#server/crypto/vault.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { dataKeyStatement, noSuchTeam } from '#server/store/keys/data-key.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** Values that expire at `expiresAt`, in milliseconds since 1970. */
type EphemeralWrite = AuditContext & {
  /** `seal` seals the value with the newest data key of the team. */
  secrets: readonly { id: string; name: string; seal: (key: WrappedDataKey) => Promise<Sealed> }[]
  expiresAt: number
  /** The project and the cluster that the key which made them is limited to. */
  limits: Pair
}

export type EphemeralStore = {
  /**
   * Stores sealed values until they expire, and deletes expired ones. Throws `TOO_MANY_REQUESTS` when the team has too
   * many.
   */
  keepEphemeral(teamId: string, kept: EphemeralWrite): Promise<void>
  /**
   * Returns a value that has not expired at the time `at`, with its data key, for a workload on `pair`. Does not find a
   * value of a key that is limited to another project or cluster.
   */
  sealedEphemeral(teamId: string, id: string, pair: Pair, at: number): Promise<{ sealed: Sealed; key: WrappedDataKey }>
  /** Deletes expired values of all teams. */
  deleteExpired(at: number): Promise<void>
}

/** The maximum number of values of a team that have not expired. */
export const maxEphemeral = 1000

/** Stores sealed values that expire. They belong to no scope and appear in no list. */
export const ephemeralStore = (db: Kysely<Schema>, { append, rights }: StoreParts): EphemeralStore => {
  const newestDataKey = dataKeyStatement(db)

  const deleteExpired = async (from: Kysely<Schema>, at: number): Promise<void> => {
    await from.deleteFrom('ephemeral_secret').where('expires_at', '<=', at).execute()
  }

  /** Throws when the team has too many values. Call it while other inserts of the team wait. */
  const checkRoom = async (trx: Kysely<Schema>, teamId: string, at: number): Promise<void> => {
    const { kept, first } = await trx
      .selectFrom('ephemeral_secret')
      .select((eb) => [eb.fn.countAll<number>().as('kept'), eb.fn.min('expires_at').as('first')])
      .where('team_id', '=', teamId)
      .where('expires_at', '>', at)
      .executeTakeFirstOrThrow()
    if (kept <= maxEphemeral) return
    throw new Failure(
      'TOO_MANY_REQUESTS',
      `A team has at most ${maxEphemeral.toLocaleString('en')} ephemeral secrets at once. Wait until some have expired.`,
      { retryAfter: Math.ceil((Number(first) - at) / 1000) },
    )
  }

  return {
    keepEphemeral: async (teamId, { secrets, expiresAt, limits, ...context }) => {
      // A separate transaction: one that holds rows of two teams could deadlock.
      await deleteExpired(db, context.at)
      await db.transaction().execute(async (trx) => {
        const [dataKey] = await newestDataKey(trx, { teamId })
        if (!dataKey) throw noSuchTeam()
        for (const { id, name, seal } of secrets) {
          const { algorithm, keyId, bytes } = await seal(dataKey)
          await trx
            .insertInto('ephemeral_secret')
            .values(
              await rights.signed('ephemeral_secret', {
                team_id: teamId,
                id,
                algorithm,
                key_id: keyId,
                sealed: bytes,
                created_at: context.at,
                created_by: context.by.id,
                expires_at: expiresAt,
                project_id: limits.projectId ?? null,
                cluster_id: limits.clusterId ?? null,
              }),
            )
            .execute()
          const detail = `until ${new Date(expiresAt).toISOString()}`
          await append(trx, teamId, context, { action: 'ephemeral.create', name, detail })
        }
        await checkRoom(trx, teamId, context.at)
      })
    },

    sealedEphemeral: async (teamId, id, { projectId, clusterId }, at) => {
      const row = await db
        .selectFrom('ephemeral_secret as secret')
        .innerJoin('data_key as key', 'key.id', 'secret.key_id')
        .select([
          'secret.algorithm',
          'secret.sealed',
          'key.id',
          'key.algorithm as key_algorithm',
          'key.wrapped',
          'secret.project_id',
          'secret.expires_at',
          'secret.mac',
          'secret.cluster_id',
        ])
        .where('secret.team_id', '=', teamId)
        .where('secret.id', '=', id)
        .where('expires_at', '>', at)
        .executeTakeFirst()
      const isHere = row && (row.project_id ?? projectId) === projectId && (row.cluster_id ?? clusterId) === clusterId
      if (!isHere) throw noSuchEphemeral()
      const { project_id, cluster_id, expires_at, mac } = row
      const bound = { team_id: teamId, id, project_id, cluster_id, expires_at, mac }
      if (!(await rights.verify('ephemeral_secret', bound))) throw noSuchEphemeral()
      return {
        key: { id: row.id, teamId, algorithm: row.key_algorithm, wrapped: row.wrapped },
        sealed: { algorithm: row.algorithm, keyId: row.id, bytes: row.sealed },
      }
    },

    deleteExpired: (at) => deleteExpired(db, at),
  }
}

const noSuchEphemeral = () =>
  new Failure(
    'NOT_FOUND',
    'There is no such ephemeral secret for this project and cluster. It may have expired, or a key for another place made it.',
  )
