import { join } from 'node:path'
import { expect, inject, it } from 'vitest'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { migrate } from '#server/store/db/migrations.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { sealedTables } from './sealed-tables.ts'

it.each(['sqlite', 'postgres'] as const)(
  'on %s, a rotation covers every table with sealed bytes, and its primary key',
  async (kind) => {
    const location: DatabaseLocation =
      kind === 'sqlite' ? { kind, path: join(newTemporaryFolder(), 'secrets.db') } : { kind, url: inject('postgres') }
    const { db } = openDatabase(location)
    cleanUp(() => db.destroy())
    await migrate(db, kind)
    const tables = await db.introspection.getTables()
    const sealed = tables.filter(({ columns }) => columns.some(({ name }) => name === 'sealed' || name === 'key_id'))
    expect(sealed.map(({ name }) => name).sort()).toEqual(sealedTables.map(({ table }) => table).sort())
    for (const { table, fingerprints } of sealedTables) {
      const columns = sealed.find(({ name }) => name === table)?.columns.map(({ name }) => name)
      expect([table, columns?.includes('fingerprint')]).toEqual([table, fingerprints])
    }
  },
)
