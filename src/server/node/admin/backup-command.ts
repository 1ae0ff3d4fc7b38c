import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { makeBackup } from '#server/node/backup/make-backup.ts'
import { parseConfig } from '#server/node/config.ts'
import { type AdminCommand, AdminError, parseFileArgument } from './admin-command.ts'
import { formatCount, progressBar } from './progress-bar.ts'

/** 128 plus the number of the signal, as for a process that the signal ends. */
const stoppedBy = { SIGINT: 130, SIGTERM: 143 } as const

export const backupCommand: AdminCommand = {
  forms: ['FILE'],
  about: 'Writes a backup of a database that may be in use, restores it for a test, and opens everything in it.',
  run: async (given, environment) => {
    const file = parseFileArgument(given, 'Name the file to write the backup to.')
    const config = parseConfig(environment)
    yieldToServers()
    const { progress, end } = progressBar(process.stderr)
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort(signal))
    try {
      const { secrets, values, records, bytes, path } = await makeBackup(config, file, {
        progress,
        signal: stop.signal,
      })
      end()
      console.log(
        `VERIFIED ${secrets} secrets: ${formatCount(values)} sealed values opened, ${formatCount(records)} audit records in ` +
          `order, ${formatCount(bytes)} bytes in ${path}`,
      )
      return 0
    } catch (error) {
      end()
      if (!stop.signal.aborted) throw error
      const signal: keyof typeof stoppedBy = stop.signal.reason
      throw new AdminError('Stopped. No backup was made.', stoppedBy[signal])
    }
  },
}

/**
 * Lowers the priority of this process, so that servers on the machine are not slowed down. Ignored where unsupported.
 */
const yieldToServers = (): void => {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch {
      // Optional: a backup at normal priority is just as valid.
    }
  }
}

/**
 * Returns the thread ids of this process. On Linux a priority belongs to a thread, and new threads inherit it; Node
 * compresses and collects garbage in threads of its own.
 */
const threads = (): number[] => (process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0])
