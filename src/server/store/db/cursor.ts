import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { Failure } from '#shared/failure.ts'
import { maxPageSize, type Page, type PageQuery } from '#shared/page.ts'

/** A page of what has an order of its own, newest first. */
export type NewestQuery = Pick<PageQuery, 'limit' | 'after'>

/** Where a page ended: the sort key of its last entry and what breaks ties. */
export type Cursor = readonly [key: string | number, tie: string]

const encodeCursor = (cursor: Cursor): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(cursor))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/** Reads `nextPage` of an earlier answer; `key` is the type its sort key must have. */
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
    // Falls through: whatever it was, it is no cursor.
  }
  throw new Failure('BAD_REQUEST', '“after” is not the nextPage of this list. Start again without it.')
}

/** PostgreSQL takes no NUL. */
const isText = (value: unknown): boolean => typeof value === 'string' && !value.includes('\0')

/** How many rows to read for a page: one more than it shows, which tells whether there is another page. */
export const rowsToRead = ({ limit = maxPageSize }: PageQuery): number => limit + 1

/** Makes a page of the rows that were read. */
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

/** A name without regard to case, as it is kept beside the name for comparing and searching. */
export const nameKey = (name: string): string => name.normalize('NFKC').toLowerCase()

/** The condition that a `column` made by {@link nameKey} contains `text`, taken literally. */
export const contains = (column: 'name_key' | 'k.name_key', text: string): RawBuilder<SqlBool> => {
  const pattern = `%${nameKey(text).replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`
}
