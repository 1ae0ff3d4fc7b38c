import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { fieldFailure, formFailure } from './failure-words.ts'

const failed = (path: (string | number)[]) => new Failure('BAD_REQUEST', 'No', { issues: [{ path, message: 'Wrong' }] })

describe('a failure of a form', () => {
  it('is shown by the field that it names', () => {
    expect(fieldFailure(failed(['name']), 'name')).toBe('Wrong')
    expect(formFailure(failed(['name']), ['name'])).toBeUndefined()
  })

  it('is shown by the field that holds the list with the wrong item', () => {
    expect(fieldFailure(failed(['addresses', 1]), 'addresses')).toBe('Wrong')
    expect(formFailure(failed(['addresses', 1]), ['addresses'])).toBeUndefined()
  })

  it('is shown by the form when it names none of the fields', () => {
    expect(fieldFailure(failed(['other']), 'name')).toBeUndefined()
    expect(formFailure(failed(['other']), ['name'])).toBe('No')
  })
})
