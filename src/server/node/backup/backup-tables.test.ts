import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newEmptyInstallation } from '#server/testing/processes/empty-installation.ts'
import { tablesAtMigration } from './backup-tables.ts'
import { tablesWithSealedValues } from './open-sealed-values.ts'

it('every column of bytes is verified, or listed as needing no verification', async () => {
  const tables = await tablesAtMigration()
  const bytes = tables.flatMap(({ name, bytes }) => bytes.map((column) => `${name}.${column}`))
  const opened = [
    ...tablesWithSealedValues(tables).map(({ name }) => `${name}.sealed`),
    'data_key.wrapped',
    'installation.key_check',
    'installation.audit_key',
    'installation.session_secret',
    'installation.rights_key',
  ]
  expect(bytes.sort()).toEqual(opened.sort())
})

it('rejects an unknown table of sealed values as unverifiable', () => {
  const table = { name: 'attic', columns: ['team_id', 'sealed'], key: ['team_id'], bytes: ['sealed'] }
  expect(() => tablesWithSealedValues([table])).toThrow('“attic” has sealed values that cannot be verified')
})

it('no table uses a sequence, whose state a backup would have to contain', async () => {
  const { config } = await newEmptyInstallation('postgres')
  await openTestApp({ location: config.database })
  const { db } = openDatabase(config.database)
  cleanUp(() => db.destroy())
  expect((await sql`select relname from pg_class where relkind = 'S'`.execute(db)).rows).toEqual([])
})
