import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '#server/node/config.ts'
import type { Counts } from './backup-format.ts'
import { existingVault } from './existing-vault.ts'
import { fillFrom } from './fill-empty-database.ts'
import { growingFile } from './growing-file.ts'
import type { Progress } from './progress-callback.ts'
import { withTemporaryDatabase } from './temporary-database.ts'
import type { Verified } from './verify-rows.ts'

// A thread of its own, which restores a backup into a temporary place while the other thread writes it.

/** What the thread begins with: the backup, the folder for the temporary place, and about how many rows there will be. */
export type Begin = { path: string; folder: string; masterKey: Config['masterKey']; of: number }

/** What the thread is told: how many bytes the file has by now, and in the end how many rows of each table. */
export type Told = { grew: number } | { whole: Counts }

/** What the thread says. */
export type Said = { progress: Parameters<Progress> } | { verified: Verified } | { failed: string }

/** Milliseconds between two reports of progress: the other thread has to wake up for each. */
const pause = 50

const say = (said: Said): void => parentPort?.postMessage(said)

const { path, folder, masterKey, of }: Begin = workerData
const file = growingFile(path)
const counts = Promise.withResolvers<Counts>()
parentPort?.on('message', (told: Told) => {
  if ('grew' in told) return file.grew(told.grew)
  counts.resolve(told.whole)
  file.end()
})
try {
  const vault = await existingVault(masterKey)
  let said = { step: '', at: 0 }
  const progress: Progress = (step, ...done) => {
    const at = performance.now()
    if (step === said.step && at - said.at < pause) return
    said = { step, at }
    say({ progress: [step, ...done] })
  }
  const given = { vault, progress, of, expected: () => counts.promise }
  say({ verified: await withTemporaryDatabase(folder, (target) => fillFrom(file.readable, target, given)) })
} catch (error) {
  say({ failed: error instanceof Error ? error.message : '' })
} finally {
  parentPort?.close()
}
