import { type RawBuilder, sql } from 'kysely'

/**
 * Selects the name of who is in a column: of a person, joined as `user`, or of the team, whose keys act in the place of a
 * person. Null for somebody who has left.
 */
export const ownerName = (column: string): RawBuilder<string | null> =>
  sql<string | null>`coalesce("user".name, (select team.name from team where team.id = ${sql.ref(column)}))`
