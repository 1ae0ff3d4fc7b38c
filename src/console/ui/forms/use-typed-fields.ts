import { useState } from 'react'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'

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
