import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects } from './dialects.ts'

/**
 * Lets a key belong to a team: then it has no person. Adds the addresses that a key is accepted from, the warnings before
 * it expires and its successor; and the limits of the key that made an ephemeral secret. Servers of the previous release
 * do not know the keys of a team: they refuse them.
 */
export const createKeyOwners = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer } = dialects[kind]
  if (kind === 'postgres') {
    await sql`alter table api_key alter column user_id drop not null`.execute(db)
    await sql`
      alter table api_key add constraint api_key_team foreign key (team_id) references team (id) on delete cascade
    `.execute(db)
  } else await rebuildApiKey(db)
  const apiKey = () => db.schema.alterTable('api_key')
  await apiKey().addColumn('addresses', text).execute()
  await apiKey().addColumn('warned_days', integer).execute()
  await apiKey().addColumn('renewed_as', text).execute()
  // For the sweep that warns of keys that expire soon.
  await db.schema.createIndex('api_key_expires').on('api_key').column('expires_at').execute()

  const ephemeral = () => db.schema.alterTable('ephemeral_secret')
  await ephemeral().addColumn('project_id', text).execute()
  await ephemeral().addColumn('cluster_id', text).execute()
}

/** SQLite cannot change a column: this copies the table, whatever columns it has, into one whose owner may be null. */
const rebuildApiKey = async (db: Kysely<unknown>): Promise<void> => {
  const { rows } = await sql<{ type: string; sql: string }>`
    select type, sql from sqlite_schema where tbl_name = 'api_key' and sql is not null`.execute(db)
  const table = rows.find(({ type }) => type === 'table')?.sql
  if (!table) throw new Error('There is no table api_key.')
  const nullable = replaceOnce(table, '"user_id" text not null', '"user_id" text')
  const ofTeam = replaceOnce(
    nullable,
    'constraint "api_key_member"',
    'constraint "api_key_team" foreign key ("team_id") references "team" ("id") on delete cascade, constraint "api_key_member"',
  )
  await sql.raw(replaceOnce(ofTeam, '"api_key" (', '"api_key_rebuilt" (')).execute(db)
  await sql`insert into api_key_rebuilt select * from api_key`.execute(db)
  await db.schema.dropTable('api_key').execute()
  await sql`alter table api_key_rebuilt rename to api_key`.execute(db)
  for (const { type, sql: index } of rows) if (type === 'index') await sql.raw(index).execute(db)
}

const replaceOnce = (text: string, part: string, by: string): string => {
  if (text.split(part).length !== 2) throw new Error(`The table api_key is not as it was made: “${part}” is missing.`)
  return text.replace(part, by)
}
