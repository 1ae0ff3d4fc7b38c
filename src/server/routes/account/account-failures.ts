import { Failure } from '#shared/failure.ts'

/** A password that is not the person's own, told beside the field that it was typed into. */
export const wrongPassword = (field: 'password' | 'current' = 'password'): Failure =>
  refusalOf('BAD_REQUEST', field, 'This is not your password. Check it.')

/** A code that is not taken. Whether it was wrong or old is not told. */
export const wrongCode = (code: 'BAD_REQUEST' | 'UNAUTHORIZED' = 'BAD_REQUEST'): Failure =>
  refusalOf(code, 'code', 'The code is not right, or was used already. Wait for the next one.')

const refusalOf = (code: 'BAD_REQUEST' | 'UNAUTHORIZED', field: string, message: string): Failure =>
  new Failure(code, message, { issues: [{ message, path: [field] }] })
