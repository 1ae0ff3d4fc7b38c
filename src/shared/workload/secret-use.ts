import * as z from 'zod'

const named = z.object({ id: z.string(), name: z.string() })

/** How long, in milliseconds, a use of the same kind is not noted again. */
export const useNotedEvery = 60_000

/** The last time that a workload got a secret with one key on one pair. Kept up to the minute. */
export const secretUse = z
  .object({
    at: z.iso.datetime(),
    /** Of the secret. */
    version: z.int(),
    key: named,
    /** Whose key it was. */
    by: named,
    project: named.nullable(),
    cluster: named.nullable(),
  })
  .meta({ id: 'SecretUse' })
export type SecretUse = z.infer<typeof secretUse>
