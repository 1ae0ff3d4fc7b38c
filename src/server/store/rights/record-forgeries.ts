import type { Kysely } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import type { Forgery } from './rights.ts'
import { signedTables } from './signed-tables.ts'

const minute = 60_000
/** How many rows are remembered as recorded. Somebody could forge many. */
const maxRemembered = 1000

/** The team of forged rows that belong to no team. */
const noTeam = ''

/** The columns that name the person whom a row is about. */
const personColumns = ['userId', 'user_id', 'invited_by']

/** Writes the uses of forged rows to the trails of the teams concerned, at most once a minute for each row. */
export const forgeryRecorder = (
  db: Kysely<Schema>,
  { append, now }: { append: AppendAudit; now: () => number },
): { report(forgery: Forgery): void; settled(): Promise<void> } => {
  const recorded = new Map<string, number>()
  const pending = new Set<Promise<void>>()

  const isDue = (row: string): boolean => {
    const at = now()
    const last = recorded.get(row)
    // The difference may be negative: a clock may be set back.
    if (last !== undefined && Math.abs(at - last) < minute) return false
    if (recorded.size >= maxRemembered) recorded.clear()
    recorded.set(row, at)
    return true
  }

  const teamsOf = async ({ table, row }: Forgery): Promise<string[]> => {
    const named = table === 'team' ? row.id : row.team_id
    const person = table === 'user' ? row.id : personColumns.map((column) => row[column]).find((id) => id != null)
    const found =
      typeof named === 'string'
        ? await db.selectFrom('team').select('id').where('id', '=', named).execute()
        : typeof person === 'string'
          ? await db.selectFrom('member').select('team_id as id').where('user_id', '=', person).execute()
          : []
    return found.length > 0 ? found.map(({ id }) => id) : [noTeam]
  }

  const record = async (forgery: Forgery, name: string): Promise<void> => {
    for (const teamId of await teamsOf(forgery)) {
      await db
        .transaction()
        .execute((trx) =>
          append(trx, teamId, { by: null, at: now() }, { action: 'rights.refused', name, detail: 'forged row' }),
        )
    }
  }

  return {
    report: (forgery) => {
      const name = nameOfRow(forgery)
      if (!isDue(name)) return
      // Not awaited: the row may have been read in a transaction, which has the only connection of SQLite. A database that
      // takes no writes refuses the record, and the row is refused all the same.
      const running = record(forgery, name).catch(() => undefined)
      pending.add(running)
      running.then(() => pending.delete(running))
    },
    settled: async () => {
      while (pending.size > 0) await Promise.all(pending)
    },
  }
}

/** Names a row by its table and primary key. The keys of these tables are no secrets. */
export const nameOfRow = ({ table, row }: Forgery): string =>
  `${table} ${signedTables[table].key.map((column) => String(row[column])).join(' ')}`
