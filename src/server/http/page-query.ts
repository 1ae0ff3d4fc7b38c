import { z } from '@hono/zod-openapi'
import { maxPageSize } from '#shared/page.ts'

/** The query of a list in pages. */
export const pageQuery = z.object({
  limit: z.coerce
    .number(`Ask for 1 to ${maxPageSize} entries.`)
    .int()
    .min(1, `Ask for 1 to ${maxPageSize} entries.`)
    .max(maxPageSize, `Ask for 1 to ${maxPageSize} entries.`)
    .default(maxPageSize),
  after: z.string().max(1000).optional().describe('The `nextPage` of the answer before.'),
})

/** The query of a list of items with names. */
export const listQuery = pageQuery.extend({
  q: z.string().max(200).optional().describe('A part of the name, without regard to case.'),
  orderBy: z.enum(['name', 'dtCreated']).default('name'),
  order: z.enum(['asc', 'desc']).default('asc'),
})
