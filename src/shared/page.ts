import * as z from 'zod'

/** The most entries that one answer holds. */
export const maxPageSize = 120

/** Turns the schema of an item into that of a page of a list. `nextPage` goes into `after` of the next request. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    hasMore: z.boolean(),
    nextPage: z.string().nullable(),
    /** How many entries there are in all pages. */
    total: z.int(),
  })

export type Page<Item> = { items: Item[]; hasMore: boolean; nextPage: string | null; total: number }

/** Which part of a list is asked for. `q` keeps names that contain it, without regard to case. */
export type PageQuery = {
  limit?: number | undefined
  after?: string | undefined
  q?: string | undefined
  orderBy?: 'name' | 'dtCreated'
  order?: 'asc' | 'desc'
}
