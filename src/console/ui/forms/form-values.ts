import { useState } from 'react'
import type * as z from 'zod'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { Failure } from '#shared/failure.ts'

/** Validates a form before it is sent. Throws the same `Failure` as the server would answer. */
export const parseForm = <Parsed>(schema: z.ZodType<Parsed>, typed: unknown): Parsed => {
  const result = schema.safeParse(typed)
  if (result.success) return result.data
  const issues = result.error.issues.map(({ message, path }) => ({ message, path: path.map(String) }))
  throw new Failure('BAD_REQUEST', 'Check what was typed.', { issues })
}

export type TypedField = {
  value: string
  onChange: (text: string) => void
  error: string | undefined
  required: true
}

/** Holds the values of a form whose fields are all required. `field` returns the props of one field. */
export const useTypedFields = <Name extends string>(empty: Record<Name, string>) => {
  const [typed, setTyped] = useState(empty)
  const field = (name: Name, failure: unknown): TypedField => ({
    value: typed[name],
    onChange: (text: string) => setTyped((before) => ({ ...before, [name]: text })),
    error: fieldFailure(failure, name),
    required: true,
  })
  return { typed, field }
}
