import { join } from 'node:path'
import type { Kysely } from 'kysely'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { readKeyCheck } from '#server/store/keys/installation.ts'
import { openRights, type Rights } from '#server/store/rights/rights.ts'

/** Opens the codes of the installation in a data folder, for a test that adds rows to the database of its server. */
export const rightsInFolder = async (db: Kysely<Schema>, kind: DatabaseKind, folder: string): Promise<Rights> => {
  const source = masterKeySource({ from: 'file', path: join(folder, 'master.key') })
  const vault = await openVault(source, await readKeyCheck(db))
  return openRights(db, kind, vault, { now: Date.now, report: () => undefined })
}
