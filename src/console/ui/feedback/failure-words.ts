import { Failure, type FailureCode } from '#shared/failure.ts'

/** What to tell people about something that was thrown. */
export const failureWords = (error: unknown): string =>
  error instanceof Failure ? error.message : 'Something in this page failed. Reload it, then try again.'

/** What is wrong with one field of a form, if anything. */
export const fieldFailure = (error: unknown, field: string): string | undefined =>
  error instanceof Failure ? error.issues.find(({ path }) => path?.at(-1) === field)?.message : undefined

/** What is wrong with a form as a whole: what none of its `fields` shows beside it. */
export const formFailure = (error: unknown, fields: readonly string[]): string | undefined =>
  error === undefined || fields.some((field) => fieldFailure(error, field)) ? undefined : failureWords(error)

export const hasCode = (error: unknown, code: FailureCode): boolean => error instanceof Failure && error.code === code
