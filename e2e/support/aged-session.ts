import { changeSessions } from '#server/testing/app/change-sessions.ts'
import type { ServerProcess } from './server-process.ts'

/**
 * Makes all sessions old enough that dangerous actions require a confirmation. A test cannot change the server's clock.
 */
export const ageSessions = ({ folder }: ServerProcess): Promise<void> =>
  changeSessions(folder, { createdAt: new Date(Date.now() - 3_600_000).toISOString(), confirmedAt: null })
