import type * as z from 'zod'
import { Failure } from '#shared/failure.ts'

/** Checks what was typed before it is sent; throws what the server would answer. */
export const parseForm = <Parsed>(schema: z.ZodType<Parsed>, typed: unknown): Parsed => {
  const result = schema.safeParse(typed)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ message, path }) => ({ message, path: path.map(String) }))
  throw new Failure('BAD_REQUEST', 'Check what was typed.', { issues })
}
