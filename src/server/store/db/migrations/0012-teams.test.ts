import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type DatabaseLocation, openDatabase } from '#server/node/database/open-database.ts'
import { migrate } from '#server/store/db/migrations.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const newLocation: Record<'sqlite' | 'postgres', () => Promise<DatabaseLocation>> = {
  sqlite: async () => ({ kind: 'sqlite', path: join(newTemporaryFolder(), 'secrets.db') }),
  postgres: async () => ({ kind: 'postgres', url: await newPostgresDatabase() }),
}

describe.each(['sqlite', 'postgres'] as const)('on %s, the migration of teams', (kind) => {
  it('gives another address to a team whose address is reserved now, and keeps the old one for it', async () => {
    const { db } = openDatabase(await newLocation[kind]())
    cleanUp(() => db.destroy())
    await migrate(db, kind, '0011-nodes')
    for (const [id, namespace] of [
      ['te1', 'vault'],
      ['te2', 'team-vault'],
      ['te3', 'vaults'],
    ]) {
      await sql`insert into team (id, namespace, name, created_at) values (${id}, ${namespace}, 'Team', 0)`.execute(db)
    }
    await migrate(db, kind)
    const teams = await db.selectFrom('team').select(['id', 'namespace', 'deleted_at']).orderBy('id').execute()
    expect(teams).toEqual([
      { id: 'te1', namespace: 'team-vault-2', deleted_at: null },
      { id: 'te2', namespace: 'team-vault', deleted_at: null },
      { id: 'te3', namespace: 'vaults', deleted_at: null },
    ])
    const former = await db.selectFrom('former_namespace').select(['namespace', 'team_id', 'noted_at']).execute()
    expect(former).toEqual([{ namespace: 'vault', team_id: 'te1', noted_at: null }])
  })
})
