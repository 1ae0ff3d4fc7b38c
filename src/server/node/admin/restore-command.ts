import { restoreBackup } from '#server/node/backup/restore-backup.ts'
import { parseConfig } from '#server/node/config.ts'
import type { AdminCommand } from './admin-command.ts'
import { fileIn } from './backup-command.ts'
import { placeOf } from './database-place.ts'
import { grouped, progressBar } from './progress-bar.ts'

export const restore: AdminCommand = {
  forms: ['FILE'],
  about: 'Puts a backup into the empty database that DATA_DIR or DATABASE_URL names, of either kind.',
  run: async (given, environment) => {
    const file = fileIn(given, 'Name the backup to restore.')
    const config = parseConfig(environment)
    const { progress, end } = progressBar(process.stderr)
    try {
      const { secrets, values, records, madeAt } = await restoreBackup(config, file, { progress })
      end()
      console.log(
        `RESTORED ${secrets} secrets: ${grouped(values)} sealed values opened, ${grouped(records)} audit records in ` +
          `order, as of ${madeAt}, into ${placeOf(config.database)}`,
      )
      return 0
    } finally {
      end()
    }
  },
}
