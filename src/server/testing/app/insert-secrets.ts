import { parseConfig } from '#server/node/config.ts'
import { openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { dataKeyStatement } from '#server/store/keys/data-key.ts'
import { openRowWriter, type SealedRow } from './insert-secret-rows.ts'

/** Rows of one transaction. */
const rowsAtOnce = 2000

/** One secret of many: where it is, what its value is and when it was set. Its scope is made if there is none. */
export type SecretToInsert = { scopeId: string; name: string; value: string; revision: number; at: number }

type Filling = {
  /** Which of them: `from` is 0 unless told, and `to` is none of them. */
  from?: number
  to: number
  /** The team and who sets them; the oldest team, and nobody, unless told. */
  teamId?: string
  userId?: string
  secretAt(index: number, teamId: string): SecretToInsert
  /** Whether the database is to be left as after some time of use, for measurements. */
  tidy?: boolean
}

/**
 * Puts secrets into the database of a server with these settings beside the store, which would take minutes for thousands
 * of them. Their values are properly sealed: they open, are backed up and rotated like any others.
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

/** Puts secrets of the team itself there: the value of each is its name with `value of` before it. */
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
