import { Failure, type FailureCode } from '#shared/failure.ts'

/** Returns the message to show for a thrown value. */
export const failureWords = (error: unknown): string =>
  error instanceof Failure ? error.message : 'Something in this page failed. Reload it, then try again.'

/** Returns the message for one field of a form, or for an item of the list that it holds, if the error has one. */
export const fieldFailure = (error: unknown, field: string): string | undefined =>
  error instanceof Failure ? error.issues.find(({ path }) => fieldOf(path) === field)?.message : undefined

/** Returns the field that a path leads to. The places in its list are numbers. */
const fieldOf = (path: readonly (string | number)[] = []) => path.findLast((part) => typeof part === 'string')

/** Returns the message for a form as a whole; `undefined` when one of its `fields` shows the error. */
export const formFailure = (error: unknown, fields: readonly string[]): string | undefined =>
  error === undefined || fields.some((field) => fieldFailure(error, field)) ? undefined : failureWords(error)

/** Ignores `NOT_FOUND` of a deletion: it was deleted, used or ended before. */
export const ignoreNotFound = (error: unknown): void => {
  if (!hasCode(error, 'NOT_FOUND')) throw error
}

export const hasCode = (error: unknown, code: FailureCode): boolean => error instanceof Failure && error.code === code
