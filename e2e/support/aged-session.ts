import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ServerProcess } from './server-process.ts'

/** Makes all sessions so old that dangerous actions want the password again. No clock of a server can be turned. */
export const ageSessions = ({ folder }: ServerProcess): void => {
  const database = new DatabaseSync(join(folder, 'secrets.db'))
  const { createdAt } = database.prepare('select "createdAt" from session').get() as { createdAt: unknown }
  const past = new Date(Date.now() - 3_600_000)
  const old = typeof createdAt === 'number' ? past.getTime() : past.toISOString()
  database.prepare('update session set "createdAt" = ?, "confirmedAt" = null').run(old)
  database.close()
}
