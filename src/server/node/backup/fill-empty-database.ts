import type { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import { migrate } from '#server/store/db/migrations.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Counts } from './backup-format.ts'
import { tablesAt } from './backup-tables.ts'
import type { Progress } from './progress-callback.ts'
import { type Receiver, readBackup } from './read-backup.ts'
import { countRows, type ReadRows } from './row-values.ts'
import { Unverified } from './unverified-error.ts'
import { type Verified, verifyRows } from './verify-rows.ts'

/** An empty database, in the transaction that all of it is put into. */
export type Target = { db: Kysely<Schema>; kind: DatabaseKind; receiver: Receiver; rows: ReadRows }

type Given = {
  vault: Vault
  progress: Progress
  /** About how many rows there will be, to show how far it is. */
  of?: number
  /** How many there are to be, which is asked once all are read. */
  expected?: () => Promise<Counts>
}

/**
 * Puts a backup into an empty database, brings it to the current form and verifies it. The caller takes everything back
 * when this throws.
 */
export const fillFrom = async (
  packed: Readable,
  target: Target,
  { vault, progress, of, expected }: Given,
): Promise<Verified> => {
  const { db, kind, receiver } = target
  let migration = ''
  const begin = (to: string): Promise<void> => {
    migration = to
    return receiver.begin(to)
  }
  const read = await readBackup(packed, {
    vault,
    receiver: { ...receiver, begin },
    progress: (done) => progress('Restoring', done, of),
  })
  const stored = await countRows(db, await tablesAt(migration))
  for (const [table, count] of Object.entries((await expected?.()) ?? read)) {
    if (read[table] === count && stored[table] === count) continue
    throw new Unverified(`The table “${table}” should have ${count} rows, and has ${stored[table] ?? 0}.`)
  }
  await migrate(db, kind)
  return verifyRows({ ...target, vault, progress: (done, of) => progress('Verifying', done, of) })
}
