import { rename, rm, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { Refusal } from '#server/node/admin/admin-command.ts'
import type { Config } from '#server/node/config.ts'
import { productVersion } from '#server/node/product-version.ts'
import { WrongMasterKey } from '#server/store/keys/installation.ts'
import { existingVault } from './existing-vault.ts'
import { failedOf, partialOf, refuseTaken, takeName } from './new-backup-file.ts'
import type { Progress } from './progress-callback.ts'
import { type Restoring, restoreBeside } from './restore-beside.ts'
import { countRows, totalOf } from './row-values.ts'
import { withSnapshot } from './snapshot.ts'
import type { Verified } from './verify-rows.ts'
import { writeBackup } from './write-backup.ts'

/** What a backup holds, and where it is. */
export type Made = Verified & { bytes: number; path: string }

type Options = {
  progress?: Progress
  /** Ends it; then no file is left. */
  signal?: AbortSignal
}

/**
 * Makes a backup of one moment, beside whatever else writes to the database. The file takes its name once it was restored
 * into a temporary place and everything in it was opened; one that does not verify is left under the name `….failed`.
 * Throws {@link Refusal}, and writes nothing to the database.
 */
export const makeBackup = async (
  { database, masterKey }: Pick<Config, 'database' | 'masterKey'>,
  file: string,
  { progress = () => undefined, signal }: Options = {},
): Promise<Made> => {
  const path = resolve(file)
  await refuseTaken(path)
  const vault = await existingVault(masterKey)
  const partial = partialOf(path)
  const step: Progress = (...done) => {
    signal?.throwIfAborted()
    progress(...done)
  }
  let restoring: Restoring | undefined
  try {
    const whole = await withSnapshot(database, async (snapshot) => {
      if (!(await vault.passesKeyCheck(snapshot.keyCheck))) throw new WrongMasterKey()
      const of = totalOf(await countRows(snapshot.db, snapshot.tables))
      const begun = restoreBeside({ path: partial, folder: dirname(path), masterKey, of }, { vault, progress, signal })
      restoring = begun
      const counts = await writeBackup(partial, snapshot, {
        vault,
        product: productVersion(),
        now: Date.now(),
        progress: (done) => step('Copying', done, of),
        grew: begun.grew,
      })
      return () => begun.whole(counts)
    })
    const verified = await whole().catch((error) => {
      signal?.throwIfAborted()
      return leaveFailed(partial, path, error)
    })
    signal?.throwIfAborted()
    const { size } = await stat(partial)
    await takeName(partial, path)
    return { ...verified, bytes: size, path }
  } finally {
    await restoring?.stop()
    await rm(partial, { force: true })
  }
}

const leaveFailed = async (partial: string, path: string, error: unknown): Promise<never> => {
  await rename(partial, failedOf(path))
  const reason = error instanceof Error ? error.message : ''
  throw new Refusal(
    `The backup does not verify. ${reason}\nIt is left as “${failedOf(path)}” to be looked into: do not rely on it. ` +
      'Run “npm run admin -- doctor --full”, which says what is wrong with the database.',
  )
}
