import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ServerProcess } from './server-process.ts'

/**
 * Makes all sessions old enough that dangerous actions require the password. A test cannot change the server's clock.
 */
export const ageSessions = ({ folder }: ServerProcess): void => {
  const database = new DatabaseSync(join(folder, 'secrets.db'))
  const { createdAt } = database.prepare('select "createdAt" from session').get() as { createdAt: unknown }
  const past = new Date(Date.now() - 3_600_000)
  const old = typeof createdAt === 'number' ? past.getTime() : past.toISOString()
  database.prepare('update session set "createdAt" = ?, "confirmedAt" = null').run(old)
  database.close()
}
