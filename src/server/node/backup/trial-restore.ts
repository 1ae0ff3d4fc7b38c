import { SHARE_ENV, Worker } from 'node:worker_threads'
import type { Vault } from '#server/crypto/vault.ts'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import type { RowCounts } from './backup-format.ts'
import { fillDatabase, withTemporaryDatabase } from './fill-database.ts'
import { openBackupFile } from './read-backup.ts'
import type { ThreadInput, ThreadOutput, TrialRestoreInput } from './trial-restore-thread.ts'
import type { VerifiedCounts } from './verify-database.ts'

/** A trial restore of a backup that is being written, into a temporary database, where it is verified. */
export type TrialRestore = {
  /** Announces that the file has this many bytes. */
  grew(bytes: number): void
  /** Announces that the file is complete with these row counts. Rejects when it does not verify. */
  whole(counts: RowCounts): Promise<VerifiedCounts>
  /** Stops the restore. Call always, also after an error. */
  stop(): Promise<void>
}

type Given = { vault: Vault; progress: Progress; signal: AbortSignal | undefined }

/** A thread takes half a second to start; restoring this many rows takes as long. */
const rowsPerThreadStart = 5000

/** Starts a trial restore: in parallel with the writing for a large backup, otherwise after it. */
export const startTrialRestore = (begin: TrialRestoreInput, given: Given): TrialRestore =>
  begin.of < rowsPerThreadStart ? restoreAfterwards(begin, given) : restoreInThread(begin, given)

const restoreAfterwards = (
  { path, folder, of }: TrialRestoreInput,
  { vault, progress, signal }: Given,
): TrialRestore => {
  const step: Progress = (...done) => {
    signal?.throwIfAborted()
    progress(...done)
  }
  return {
    grew: () => undefined,
    whole: (counts) =>
      withTemporaryDatabase(folder, (target) =>
        fillDatabase(openBackupFile(path), target, { vault, progress: step, of, expected: async () => counts }),
      ),
    stop: async () => undefined,
  }
}

const restoreInThread = (begin: TrialRestoreInput, { progress, signal }: Given): TrialRestore => {
  // SHARE_ENV, because an environment variable says where temporary files go.
  const thread = new Worker(new URL('./trial-restore-thread.ts', import.meta.url), {
    workerData: begin,
    env: SHARE_ENV,
  })
  const send = (message: ThreadInput): void => thread.postMessage(message)
  const stop = async () => {
    await thread.terminate()
  }
  signal?.addEventListener('abort', stop)
  const { promise: verified, resolve, reject } = Promise.withResolvers<VerifiedCounts>()
  // It may reject long before anybody awaits it.
  verified.catch(() => undefined)
  let isWhole = false
  let lastProgress: Parameters<Progress> | undefined
  thread.on('message', (said: ThreadOutput) => {
    if ('verified' in said) resolve(said.verified)
    else if ('failed' in said) reject(new Error(said.failed))
    else {
      lastProgress = said.progress
      if (isWhole) progress(...lastProgress)
    }
  })
  thread.on('error', reject)
  thread.on('exit', () => reject(new Error('It was not restored to its end.')))
  return {
    grew: (bytes) => send({ grew: bytes }),
    whole: (counts) => {
      isWhole = true
      if (lastProgress) progress(...lastProgress)
      send({ whole: counts })
      return verified
    },
    stop,
  }
}
