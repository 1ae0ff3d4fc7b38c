import { z } from '@hono/zod-openapi'
import { listQuery } from '#server/http/list-query.ts'

const day = 24 * 3_600_000
const mostDays = 3650
const wrongInclude = 'Include “overlaps”, “lastUse” or both, with a comma between.'
const wrongUnused = `Ask for “ever”, or for 1 to ${mostDays} days.`

/** What to tell of a secret beside its metadata. */
export const include = z
  .string()
  .regex(/^(overlaps|lastUse)(,(overlaps|lastUse))*$/, wrongInclude)
  .optional()
  .describe(
    'One or both, with a comma between: `overlaps` adds where else in the team the name is set, `lastUse` when a ' +
      'workload got the secret last, which version, by whose key and where.',
  )

/** What the text of an `include` asks for. */
export const included = (text: string | undefined): { overlaps: boolean; lastUse: boolean } => {
  const words = text?.split(',') ?? []
  return { overlaps: words.includes('overlaps'), lastUse: words.includes('lastUse') }
}

/** What lists of secrets take. */
export const secretListQuery = listQuery.extend({
  include,
  unused: z
    .union([z.literal('ever'), z.coerce.number().int().min(1).max(mostDays)], wrongUnused)
    .optional()
    .describe(
      'Keeps the secrets that no workload has got: `ever`, or for so many days, in which they were not set either.',
    ),
})

/** From when on, at a time in milliseconds since 1970, a secret must not have been used. */
export const unusedSince = (unused: 'ever' | number | undefined, now: number): 'ever' | number | undefined =>
  typeof unused === 'number' ? now - unused * day : unused
