import { parentPort, workerData } from 'node:worker_threads'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import type { Config } from '#server/node/config.ts'
import { requireVault } from '#server/node/keys/master-key.ts'
import type { RowCounts } from './backup-format.ts'
import { fillDatabase, withTemporaryDatabase } from './fill-database.ts'
import { readGrowingFile } from './read-growing-file.ts'
import type { VerifiedCounts } from './verify-database.ts'

// A thread of its own, which restores a backup into a temporary place while the other thread writes it.

/** What the thread begins with: the backup, the folder for the temporary place, and about how many rows there will be. */
export type TrialRestoreInput = { path: string; folder: string; masterKey: Config['masterKey']; of: number }

/** What the thread is told: how many bytes the file has by now, and in the end how many rows of each table. */
export type ThreadInput = { grew: number } | { whole: RowCounts }

/** What the thread says. */
export type ThreadOutput = { progress: Parameters<Progress> } | { verified: VerifiedCounts } | { failed: string }

/** Milliseconds between two reports of progress: the other thread has to wake up for each. */
const pause = 50

const say = (said: ThreadOutput): void => parentPort?.postMessage(said)

const { path, folder, masterKey, of }: TrialRestoreInput = workerData
const file = readGrowingFile(path)
const counts = Promise.withResolvers<RowCounts>()
parentPort?.on('message', (told: ThreadInput) => {
  if ('grew' in told) return file.grew(told.grew)
  counts.resolve(told.whole)
  file.end()
})
try {
  const vault = await requireVault(masterKey)
  let said = { step: '', at: 0 }
  const progress: Progress = (step, ...done) => {
    const at = performance.now()
    if (step === said.step && at - said.at < pause) return
    said = { step, at }
    say({ progress: [step, ...done] })
  }
  const given = { vault, progress, of, expected: () => counts.promise }
  say({ verified: await withTemporaryDatabase(folder, (target) => fillDatabase(file.readable, target, given)) })
} catch (error) {
  say({ failed: error instanceof Error ? error.message : '' })
} finally {
  parentPort?.close()
}
