import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { Failure } from '#shared/failure.ts'
import { maxPageSize, type Page, type PageQuery } from '#shared/page.ts'

/** A page of what has an order of its own, newest first. */
export type NewestQuery = Pick<PageQuery, 'limit' | 'after'>

/** The end of a page: the sort key of its last entry, and a tie breaker. */
type Cursor = readonly [key: string | number, tie: string]

const encodeCursor = (cursor: Cursor): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(cursor))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Decodes `nextPage` of an earlier answer. `key` is the type that its sort key must have. Throws `Failure`. */
export const decodeCursor = (text: string, key: 'string' | 'number'): Cursor => {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0))
    const cursor: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (Array.isArray(cursor) && cursor.length === 2) {
      const [first, tie] = cursor
      if ((key === 'string' ? isText(first) : Number.isSafeInteger(first)) && isText(tie)) return [first, tie]
    }
  } catch {
    // Not a cursor.
  }
  throw new Failure('BAD_REQUEST', '“after” is not the nextPage of this list. Start again without it.')
}

/** PostgreSQL has no text with a NUL character. */
const isText = (value: unknown): boolean => typeof value === 'string' && !value.includes('\0')

/** Returns how many rows to read for a page: one more than it shows, to know whether another page follows. */
export const rowsToRead = ({ limit = maxPageSize }: PageQuery): number => limit + 1

/** Builds pages of rows that are still to be checked. */
export const asIs = <Row>(row: Row): Row => row

/** Builds a page from the rows that were read. */
export const pageFrom = <Row, Item>(
  rows: Row[],
  { limit = maxPageSize }: PageQuery,
  total: number,
  toItem: (row: Row) => Item,
  toCursor: (row: Row) => Cursor,
): Page<Item> => {
  const hasMore = rows.length > limit
  const last = hasMore ? rows[limit - 1] : undefined
  const shown = hasMore ? rows.slice(0, limit) : rows
  return { items: shown.map(toItem), hasMore, nextPage: last ? encodeCursor(toCursor(last)) : null, total }
}

/** Returns a name folded for comparisons and searches without regard to case. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase()

/** Returns the condition that a column of {@link nameKey} contains `text` literally. */
export const contains = (column: 'name_key' | 'k.name_key', text: string): RawBuilder<SqlBool> => {
  const pattern = `%${nameKey(text).replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`
}
