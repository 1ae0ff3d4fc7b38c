import * as z from 'zod'

/** Maximum number of items of one response. */
export const maxPageSize = 120

/** Returns the schema of a page of items. `nextPage` is `after` of the next request. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    hasMore: z.boolean(),
    nextPage: z.string().nullable(),
    /** Number of items in all pages. */
    total: z.int(),
  })

export type Page<Item> = { items: Item[]; hasMore: boolean; nextPage: string | null; total: number }

/** The part of a list to return. `q` filters by a part of the name, ignoring case. */
export type PageQuery = {
  limit?: number | undefined
  after?: string | undefined
  q?: string | undefined
  orderBy?: 'name' | 'dtCreated'
  order?: 'asc' | 'desc'
}
