import { nodeCipher } from '#server/node/cipher.ts'
import { openDatabase } from '#server/node/databases.ts'
import type { WrappedDataKey } from '#server/store.ts'
import { createVault } from '#server/vault.ts'
import type { Installation } from './installation.ts'
import { type Database, masterKey } from './nodes.ts'
import { rowWriter } from './row-writers.ts'

/** One secret as its two tables keep it. */
export type SealedRow = { scopeId: string; name: string; revision: number; at: number; sealed: Uint8Array }
/** What is the same for all of them. */
export type Common = { teamId: string; userId: string; keyId: string; algorithm: string }

export const secretsOfProject = 1000
const batch = 2000

/**
 * Puts secrets number `from` to `to` into a database beside the store, which would take an hour for a million. Their values
 * are properly sealed, so that backups and rotations open them. The first thousand go into the installation's project,
 * the others into projects of a thousand each.
 */
export const fillSealed = async (
  database: Database,
  { team, user, project }: Installation,
  { from, to }: { from: number; to: number },
): Promise<void> => {
  const key = await dataKeyIn(database, team)
  const vault = await createVault(new Uint8Array(Buffer.from(masterKey, 'base64')), nodeCipher)
  const writer = await rowWriter(database, { teamId: team, userId: user, keyId: key.id, algorithm: key.algorithm })
  const now = Date.now()
  try {
    for (let first = from; first < to; first += batch) {
      const rows: SealedRow[] = []
      for (let index = first; index < Math.min(first + batch, to); index++) {
        const number = index % secretsOfProject
        const scopeId = index < secretsOfProject ? project : scopeIdOf(Math.floor(index / secretsOfProject))
        const name = `SECRET_${String(number).padStart(7, '0')}`
        const place = { teamId: team, scopeId, name, version: 1 }
        const { bytes } = await vault.seal(key, place, `value-${index}-0123456789abcdef`)
        rows.push({ scopeId, name, revision: number + 1, at: now - number, sealed: bytes })
      }
      await writer.write(rows)
    }
    await writer.tidy()
  } finally {
    await writer.close()
  }
}

const scopeIdOf = (number: number): string => `pr${String(number).padStart(10, '0')}`

const dataKeyIn = async (database: Database, teamId: string): Promise<WrappedDataKey> => {
  const { db } = openDatabase(
    database.kind === 'sqlite' ? { kind: 'sqlite', path: `${database.folder}/secrets.db` } : database,
  )
  try {
    return await db
      .selectFrom('data_key')
      .select(['id', 'team_id as teamId', 'algorithm', 'wrapped'])
      .where('team_id', '=', teamId)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
  } finally {
    await db.destroy()
  }
}
