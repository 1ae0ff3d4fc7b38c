import type { Kysely } from 'kysely'
import { migrate } from '#server/store/migrations.ts'
import type { DatabaseKind, Schema } from '#server/store/schema.ts'
import type { Vault } from '#server/vault.ts'
import type { Counts } from './format.ts'
import type { Progress } from './progress.ts'
import { type Receiver, readBackup } from './read.ts'
import { countRows, type ReadRows, totalOf } from './rows.ts'
import { tablesAt } from './tables.ts'
import { Unverified } from './unverified.ts'
import { type Verified, verifyRows } from './verify-rows.ts'

/** An empty database, in the transaction that all of it is put into. */
export type Target = { db: Kysely<Schema>; kind: DatabaseKind; receiver: Receiver; rows: ReadRows }

/**
 * Puts a backup into an empty database, brings it to the current form and verifies it. The caller takes everything back
 * when this throws. `expected` is how many rows there should be, as far as that is known.
 */
export const fillFrom = async (
  path: string,
  target: Target,
  { vault, progress, expected }: { vault: Vault; progress: Progress; expected?: Counts },
): Promise<Verified> => {
  const { db, kind, receiver } = target
  let migration = ''
  const begin = (to: string): Promise<void> => {
    migration = to
    return receiver.begin(to)
  }
  const of = expected && totalOf(expected)
  const read = await readBackup(path, {
    vault,
    receiver: { ...receiver, begin },
    progress: (done) => progress('Restoring', done, of),
  })
  const stored = await countRows(db, await tablesAt(migration))
  for (const [table, count] of Object.entries(expected ?? read)) {
    if (read[table] === count && stored[table] === count) continue
    throw new Unverified(`The table “${table}” should have ${count} rows, and has ${stored[table] ?? 0}.`)
  }
  await migrate(db, kind)
  return verifyRows({ ...target, vault, progress: (done, of) => progress('Verifying', done, of) })
}
