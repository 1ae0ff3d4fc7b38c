import { type CreateTableBuilder, sql } from 'kysely'

/**
 * Column types and table suffixes for each kind of database. Both compare text by code point (`COLLATE "C"` on
 * PostgreSQL), so lists have the same order and cursors work on both.
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

/** Appends the suffix that the database needs to a `create table` statement. */
export const ended = <T extends string, C extends string>(
  builder: CreateTableBuilder<T, C>,
  end: (typeof dialects)[keyof typeof dialects]['table'],
): CreateTableBuilder<T, C> => (end ? builder.modifyEnd(end) : builder)
