import * as z from 'zod'
import { type FailureCode, statuses } from './failure.ts'

/** The response body of a failure. */
export const failureBody = z
  .object({
    code: z.enum(Object.keys(statuses) as [FailureCode, ...FailureCode[]]),
    message: z.string(),
    issues: z
      .array(
        z.object({
          message: z.string(),
          path: z.array(z.union([z.string(), z.number()])).optional(),
          existing: z.unknown().optional(),
          plan: z.unknown().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Failure' })
