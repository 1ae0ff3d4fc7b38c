import { type CreateTableBuilder, sql } from 'kysely'

/**
 * Column types and table endings of the two kinds of SQL. Text is compared by code point in both
 * (`COLLATE "C"` on PostgreSQL), so that order and cursors agree.
 */
export const dialects = {
  sqlite: {
    text: sql`text`,
    integer: sql`integer`,
    bytes: sql`blob`,
    date: sql`text`,
    boolean: sql`integer`,
    table: sql`strict`,
    clustered: sql`strict, without rowid`,
  },
  postgres: {
    text: sql`text collate "C"`,
    integer: sql`bigint`,
    bytes: sql`bytea`,
    date: sql`timestamptz`,
    boolean: sql`boolean`,
    table: undefined,
    clustered: undefined,
  },
}

/** Ends the statement that makes a table, where the kind of SQL wants an ending. */
export const ended = <T extends string, C extends string>(
  builder: CreateTableBuilder<T, C>,
  end: (typeof dialects)[keyof typeof dialects]['table'],
): CreateTableBuilder<T, C> => (end ? builder.modifyEnd(end) : builder)
