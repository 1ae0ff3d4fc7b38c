import { join } from 'node:path'
import { openDatabase } from '#server/node/database/open-database.ts'
import type { StoredDate } from '#server/store/db/schema.ts'
import { rightsInFolder } from '#server/testing/processes/rights-in-folder.ts'

/** New times of sessions. */
type Times = {
  createdAt?: StoredDate
  updatedAt?: StoredDate
  expiresAt?: StoredDate
  confirmedAt?: StoredDate | null
  usedAt?: number
}

/** Changes the times of all sessions in a data folder. A test cannot change the clock of the server on it. */
export const changeSessions = async (folder: string, times: Times): Promise<void> => {
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  try {
    const rights = await rightsInFolder(db, kind, folder)
    await db.transaction().execute(async (trx) => {
      for (const { id } of await trx.selectFrom('session').select('id').execute()) {
        await rights.update(trx, 'session', { id }, times)
      }
    })
  } finally {
    await db.destroy()
  }
}
