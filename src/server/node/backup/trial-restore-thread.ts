import { parentPort, workerData } from 'node:worker_threads'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import type { Config } from '#server/node/config.ts'
import { requireVault } from '#server/node/keys/master-key.ts'
import type { RowCounts } from './backup-format.ts'
import { fillDatabase, withTemporaryDatabase } from './fill-database.ts'
import { readGrowingFile } from './read-growing-file.ts'
import type { VerifiedCounts } from './verify-database.ts'

// A worker thread that restores a backup into a temporary database while the main thread writes it.

/** The input of the thread: the backup, the folder for the temporary database, and the approximate number of rows. */
export type TrialRestoreInput = { path: string; folder: string; masterKey: Config['masterKey']; of: number }

/** A message to the thread: the current size of the file, and at the end the row counts. */
export type ThreadInput = { grew: number } | { whole: RowCounts }

/** A message from the thread. */
export type ThreadOutput = { progress: Parameters<Progress> } | { verified: VerifiedCounts } | { failed: string }

/** Minimum time between two progress messages, in milliseconds: each one wakes the main thread. */
const progressInterval = 50

const send = (lastSent: ThreadOutput): void => parentPort?.postMessage(lastSent)

const { path, folder, masterKey, of }: TrialRestoreInput = workerData
const file = readGrowingFile(path)
const counts = Promise.withResolvers<RowCounts>()
parentPort?.on('message', (message: ThreadInput) => {
  if ('grew' in message) return file.grew(message.grew)
  counts.resolve(message.whole)
  file.end()
})
try {
  const vault = await requireVault(masterKey)
  let lastSent = { step: '', at: 0 }
  const progress: Progress = (step, ...done) => {
    const at = performance.now()
    if (step === lastSent.step && at - lastSent.at < progressInterval) return
    lastSent = { step, at }
    send({ progress: [step, ...done] })
  }
  const given = { vault, progress, of, expected: () => counts.promise }
  send({ verified: await withTemporaryDatabase(folder, (target) => fillDatabase(file.readable, target, given)) })
} catch (error) {
  send({ failed: error instanceof Error ? error.message : '' })
} finally {
  parentPort?.close()
}
