import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/**
 * Adds the settings of a team, the addresses that teams had, and when a team, project or cluster was deleted. Servers of
 * the previous release ignore the new columns.
 */
export const createTeamSettings = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, clustered } = dialects[kind]
  const team = () => db.schema.alterTable('team')
  await team().addColumn('second_factor', text).execute()
  await team().addColumn('session_idle_minutes', integer).execute()
  await team().addColumn('session_max_minutes', integer).execute()
  for (const table of ['team', 'scope']) {
    await db.schema.alterTable(table).addColumn('deleted_at', integer).execute()
    await db.schema.alterTable(table).addColumn('deleted_by', text).execute()
  }
  await sql`create index scope_deleted on scope (deleted_at, team_id) where deleted_at is not null`.execute(db)

  // Has no foreign key: the address of a team that was erased is not given to another one either.
  const former = db.schema
    .createTable('former_namespace')
    .addColumn('namespace', text, (column) => column.primaryKey())
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('replaced_at', integer, (column) => column.notNull())
    .addColumn('noted_at', integer)
  await ended(former, clustered).execute()
  await db.schema.createIndex('former_namespace_team').on('former_namespace').column('team_id').execute()
  await renameReserved(db)
}

/** The addresses that the product reserves since this migration. Those of before were never given to a team. */
const newlyReserved = 'vault oauth clients reset well-known events openapi theme favicon'.split(' ')

/** Gives another address to a team whose address the server now answers itself. The next start writes it to the trail. */
const renameReserved = async (db: Kysely<unknown>): Promise<void> => {
  const at = Date.now()
  for (const namespace of newlyReserved) {
    const { rows } = await sql<{ id: string }>`select id from team where namespace = ${namespace}`.execute(db)
    for (const { id } of rows) {
      const next = await freeNamespace(db, `team-${namespace}`)
      await sql`insert into former_namespace (namespace, team_id, replaced_at) values (${namespace}, ${id}, ${at})`.execute(
        db,
      )
      await sql`update team set namespace = ${next} where id = ${id}`.execute(db)
    }
  }
}

const freeNamespace = async (db: Kysely<unknown>, wanted: string): Promise<string> => {
  for (let count = 1; ; count++) {
    const namespace = count === 1 ? wanted : `${wanted}-${count}`
    const { rows } = await sql`select id from team where namespace = ${namespace}`.execute(db)
    if (rows.length === 0) return namespace
  }
}
