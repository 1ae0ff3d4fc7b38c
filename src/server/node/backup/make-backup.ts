import { constants } from 'node:fs'
import { access, link, open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AdminError } from '#server/node/admin/admin-command.ts'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import type { Config } from '#server/node/config.ts'
import { requireVault } from '#server/node/keys/master-key.ts'
import { productVersion } from '#server/node/product-version.ts'
import { WrongMasterKey } from '#server/store/keys/installation.ts'
import { countRows, sumCounts } from './read-rows.ts'
import { withSnapshot } from './snapshot.ts'
import { startTrialRestore, type TrialRestore } from './trial-restore.ts'
import type { VerifiedCounts } from './verify-database.ts'
import { writeBackup } from './write-backup.ts'

/** What a backup contains, and where it is. */
type MadeBackup = VerifiedCounts & { bytes: number; path: string }

type Options = {
  progress?: Progress
  /** Stops the backup; no file is left then. */
  signal?: AbortSignal
}

/**
 * Makes a backup of a snapshot, while others write to the database. The file gets its name only after a trial restore
 * opened everything in it; a backup that does not verify is kept as `….failed`. Throws {@link AdminError}. Writes
 * nothing to the database.
 */
export const makeBackup = async (
  { database, masterKey }: Pick<Config, 'database' | 'masterKey'>,
  file: string,
  { progress = () => undefined, signal }: Options = {},
): Promise<MadeBackup> => {
  const path = resolve(file)
  await requireFreeName(path)
  const vault = await requireVault(masterKey)
  const partial = partialPath(path)
  const step: Progress = (...done) => {
    signal?.throwIfAborted()
    progress(...done)
  }
  let restoring: TrialRestore | undefined
  try {
    const whole = await withSnapshot(database, async (snapshot) => {
      if (!(await vault.passesKeyCheck(snapshot.keyCheck))) throw new WrongMasterKey()
      const of = sumCounts(await countRows(snapshot.db, snapshot.tables))
      const trial = startTrialRestore(
        { path: partial, folder: dirname(path), masterKey, of },
        { vault, progress, signal },
      )
      restoring = trial
      const counts = await writeBackup(partial, snapshot, {
        vault,
        product: productVersion,
        now: Date.now(),
        progress: (done) => step('Copying', done, of),
        grew: trial.grew,
      })
      return () => trial.whole(counts)
    })
    const verified = await whole().catch((error) => {
      signal?.throwIfAborted()
      return keepFailed(partial, path, error)
    })
    signal?.throwIfAborted()
    const { size } = await stat(partial)
    await renameDurably(partial, path)
    return { ...verified, bytes: size, path }
  } finally {
    await restoring?.stop()
    await rm(partial, { force: true })
  }
}

const keepFailed = async (partial: string, path: string, error: unknown): Promise<never> => {
  await rename(partial, failedPath(path))
  const reason = error instanceof Error ? error.message : ''
  throw new AdminError(
    `The backup does not verify. ${reason}\nIt is left as “${failedPath(path)}” to be looked into: do not rely on it. ` +
      'Run “npm run admin -- doctor --full”, which says what is wrong with the database.',
  )
}

/** Returns the name of an unfinished backup, in the same folder, so that it can be renamed atomically. */
const partialPath = (path: string): string =>
  join(dirname(path), `${basename(path)}.${crypto.randomUUID().slice(0, 8)}.partial`)

const failedPath = (path: string): string => `${path}.failed`

/** Throws {@link AdminError} when the name is taken. Renaming checks again, atomically. */
const requireFreeName = async (path: string): Promise<void> => {
  const isThere = await access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
  if (isThere) throw taken(path)
}

/** Renames a file without ever replacing another one. The new name survives a power cut. */
const renameDurably = async (partial: string, path: string): Promise<void> => {
  try {
    await link(partial, path)
    await rm(partial)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw taken(path)
    // The file system has no hard links.
    await requireFreeName(path)
    await rename(partial, path)
  }
  await syncFolder(dirname(path))
}

const syncFolder = async (folder: string): Promise<void> => {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const taken = (path: string) =>
  new AdminError(`“${path}” is there already. Nothing was written. Name another file, or move that one away.`)
