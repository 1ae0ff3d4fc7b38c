import { useState } from 'react'
import type * as z from 'zod'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { Failure } from '#shared/failure.ts'

/** Checks what was typed before it is sent; throws what the server would answer. */
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

/** What is typed into the fields of a form that all have to be filled in; `field` gives one its text and its failure. */
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
