import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { makeBackup } from '#server/node/backup/make-backup.ts'
import { parseConfig } from '#server/node/config.ts'
import { type AdminCommand, AdminError, parseFileArgument } from './admin-command.ts'
import { formatCount, progressBar } from './progress-bar.ts'

/** 128 and the number of the signal, as for a process that the signal ends. */
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

/** Who asks a server at the same time should not notice. Systems that know no such thing go on without. */
const yieldToServers = (): void => {
  for (const thread of threads()) {
    try {
      setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch {
      // A backup at the priority of everything else is as good a backup.
    }
  }
}

/** On Linux a priority is a thread's, which those that it starts take over; Node has some for packing and for memory. */
const threads = (): number[] => (process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [0])
