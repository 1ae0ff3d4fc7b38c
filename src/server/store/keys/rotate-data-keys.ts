import { type Kysely, sql } from 'kysely'
import { newId } from '#server/crypto/make-id.ts'
import type { Vault, WrappedDataKey } from '#server/crypto/vault.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import { dataKeyStatement } from './data-key.ts'
import { lockInstallation } from './installation.ts'
import { resealer } from './reseal-rows.ts'
import { sealedTables } from './sealed-tables.ts'

type Deps = { vault: Vault; append: AppendAudit; now: () => number }

/** A value that could not be opened, and was not changed. */
export type Unopened = { table: string; scopeId: string; name: string; version: number }

type DataKeyRotation = {
  /** Whether this continued an interrupted rotation. */
  continued: boolean
  resealed: number
  unopened: readonly Unopened[]
}

/**
 * Creates a new data key for a team, seals all its values with it, and deletes the older keys. Safe to interrupt: a
 * team with several keys is in the middle of a rotation, and the next call continues it. Values that are set meanwhile
 * are sealed with the new key. `progress` receives the number of resealed values.
 */
export const rotateDataKeys = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  teamId: string,
  { vault, append, now, progress }: Deps & { progress: (resealed: number) => void },
): Promise<DataKeyRotation> => {
  const { target, continued } = await newestOrNew(db, teamId, { vault, append, now })
  const reseal = resealer(db, kind, { vault, target, keys: () => dataKeys(db, teamId) })
  // With stale statistics, PostgreSQL may read a whole table for each batch.
  if (kind === 'postgres') for (const { table } of sealedTables) await sql`analyze ${sql.table(table)}`.execute(db)
  let resealed = 0
  for (;;) {
    const unopened: Unopened[] = []
    const before = resealed
    for (const table of sealedTables) {
      for await (const batch of reseal(table)) {
        resealed += batch.resealed
        unopened.push(...batch.unopened)
        progress(resealed)
      }
    }
    // Concurrent writes with an older key may have added rows before the current position.
    if (resealed > before) continue
    if (unopened.length > 0) return { continued, resealed, unopened }
    if (await deleteOthers(db, target, { append, now })) return { continued, resealed, unopened }
  }
}

/**
 * Returns how many values of a team are not sealed with its newest key. Without a rotation in progress, counts all
 * values.
 */
export const countToReseal = async (db: Kysely<Schema>, teamId: string): Promise<number> => {
  const keys = await dataKeys(db, teamId)
  const [newest] = keys.length > 1 ? await dataKeyStatement(db)(db, { teamId }) : []
  let total = 0
  for (const { table } of sealedTables) {
    const rows = db.selectFrom(table as 'secret_version').where('team_id', '=', teamId)
    const { count } = await (newest ? rows.where('key_id', '<>', newest.id) : rows)
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .executeTakeFirstOrThrow()
    total += Number(count)
  }
  return total
}

const dataKeys = async (db: Kysely<Schema>, teamId: string): Promise<WrappedDataKey[]> =>
  db
    .selectFrom('data_key')
    .select(['id', 'team_id as teamId', 'algorithm', 'wrapped'])
    .where('team_id', '=', teamId)
    .execute()

/** Returns the key of an interrupted rotation, or creates one, which seals new values from now on. */
const newestOrNew = async (db: Kysely<Schema>, teamId: string, { vault, append, now }: Deps) =>
  db.transaction().execute(async (trx) => {
    const { key_check } = await lockInstallation(trx)
    if (!(await vault.passesKeyCheck(key_check))) throw new Error('The master key was replaced. Run this again.')
    const [newest, ...older] = await trx
      .selectFrom('data_key')
      .select(['id', 'team_id as teamId', 'algorithm', 'wrapped', 'created_at'])
      .where('team_id', '=', teamId)
      .orderBy('created_at', 'desc')
      .execute()
    if (!newest) throw new Error(`There is no team ${teamId}.`)
    if (older.length > 0) return { target: newest satisfies WrappedDataKey, continued: true }
    const target = await vault.newDataKey(teamId, newId('dk'))
    const { id, algorithm, wrapped } = target
    const at = now()
    // Newer than the previous key even if the clock was set back.
    const created_at = Math.max(at, newest.created_at + 1)
    await trx.insertInto('data_key').values({ id, team_id: teamId, algorithm, wrapped, created_at }).execute()
    await append(trx, teamId, { by: null, at }, { action: 'team.rotate', detail: `data key ${newest.id} → ${id}` })
    return { target, continued: false }
  })

/** Deletes the older keys. Returns `false` when a value is still sealed with one of them. */
const deleteOthers = async (
  db: Kysely<Schema>,
  { teamId, id }: WrappedDataKey,
  { append, now }: Pick<Deps, 'append' | 'now'>,
): Promise<boolean> => {
  try {
    await db.transaction().execute(async (trx) => {
      // Waits for transactions that found an older key and are about to seal with it. The foreign keys decide.
      await trx.deleteFrom('data_key').where('team_id', '=', teamId).where('id', '<>', id).execute()
      const detail = `every value is sealed with data key ${id}`
      await append(trx, teamId, { by: null, at: now() }, { action: 'team.rotate', detail })
    })
    return true
  } catch (error) {
    if (isStillReferred(error)) return false
    throw error
  }
}

/** PostgreSQL's foreign_key_violation and SQLite's SQLITE_CONSTRAINT_FOREIGNKEY. */
const isStillReferred = (error: unknown): boolean =>
  error instanceof Error &&
  (('code' in error && error.code === '23503') || ('errcode' in error && error.errcode === 787))
