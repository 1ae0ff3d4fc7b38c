import { parseConfig } from '#server/node/config.ts'
import { openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { dataKeyStatement } from '#server/store/keys/data-key.ts'
import { openRowWriter, type SealedRow } from './insert-secret-rows.ts'

/** Rows per transaction. */
const rowsAtOnce = 2000

/** A secret to insert. Its scope is created if necessary. */
export type SecretToInsert = { scopeId: string; name: string; value: string; revision: number; at: number }

type Filling = {
  /** The range of indexes: `from` is 0 by default, and `to` is exclusive. */
  from?: number
  to: number
  /** The team and the person who sets the secrets; the oldest team and no person by default. */
  teamId?: string
  userId?: string
  secretAt(index: number, teamId: string): SecretToInsert
  /** Whether to checkpoint and analyze the database afterwards, for measurements. */
  tidy?: boolean
}

/**
 * Inserts secrets directly into a server's database: through the store, thousands would take minutes. The values are
 * sealed as usual, so that they can be opened, backed up and rotated.
 */
export const insertSecrets = async (
  settings: Record<string, string>,
  { from = 0, to, userId = '', secretAt, tidy = false, ...given }: Filling,
): Promise<void> => {
  const { database, masterKey } = parseConfig(settings)
  const vault = await openVault(masterKeySource(masterKey), await peekKeyCheck(database))
  const { teamId, key } = await teamIn(database, given.teamId)
  const writer = await openRowWriter(database, { teamId, userId, keyId: key.id, algorithm: key.algorithm })
  try {
    for (let first = from; first < to; first += rowsAtOnce) {
      const rows: SealedRow[] = []
      for (let index = first; index < Math.min(first + rowsAtOnce, to); index++) {
        const { value, ...row } = secretAt(index, teamId)
        const { bytes } = await vault.seal(key, { teamId, ...row, version: 1 }, value)
        rows.push({ ...row, sealed: bytes })
      }
      await writer.write(rows)
    }
    if (tidy) await writer.tidy()
  } finally {
    await writer.close()
  }
}

/** Inserts secrets of the team scope. The value of each is `value of` and its name. */
export const insertTeamSecrets = (settings: Record<string, string>, count: number): Promise<void> => {
  const at = Date.now()
  return insertSecrets(settings, {
    to: count,
    secretAt: (index, teamId) => {
      const name = `FILLED_${String(index).padStart(7, '0')}`
      return { scopeId: teamId, name, value: `value of ${name}`, revision: index + 1, at }
    },
  })
}

const teamIn = async (database: Parameters<typeof openDatabase>[0], wanted: string | undefined) => {
  const { db } = openDatabase(database)
  try {
    const teams = db.selectFrom('team').select('id').orderBy('created_at').limit(1)
    const { id: teamId } = wanted === undefined ? await teams.executeTakeFirstOrThrow() : { id: wanted }
    const [key] = await dataKeyStatement(db)(db, { teamId })
    if (!key) throw new Error('The team has no data key.')
    return { teamId, key }
  } finally {
    await db.destroy()
  }
}
