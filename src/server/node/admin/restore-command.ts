import { restoreBackup } from '#server/node/backup/restore-backup.ts'
import { describeDatabase, parseConfig } from '#server/node/config.ts'
import { type AdminCommand, parseFileArgument } from './admin-command.ts'
import { formatCount, progressBar } from './progress-bar.ts'

export const restoreCommand: AdminCommand = {
  forms: ['FILE'],
  about: 'Puts a backup into the empty database that DATA_DIR or DATABASE_URL names, of either kind.',
  run: async (given, environment) => {
    const file = parseFileArgument(given, 'Name the backup to restore.')
    const config = parseConfig(environment)
    const { progress, end } = progressBar(process.stderr)
    try {
      const { secrets, values, records, madeAt } = await restoreBackup(config, file, { progress })
      end()
      console.log(
        `RESTORED ${secrets} secrets: ${formatCount(values)} sealed values opened, ${formatCount(records)} audit records in ` +
          `order, as of ${madeAt}, into ${describeDatabase(config.database)}`,
      )
      return 0
    } finally {
      end()
    }
  },
}
