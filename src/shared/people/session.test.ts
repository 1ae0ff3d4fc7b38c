import { describe, expect, it } from 'vitest'
import { credentials, setup } from './session.ts'

const first = { token: 't', name: 'Ada', email: 'ada@example.com', password: 'correct horse', team: 'Gradient Next' }
const refusedFields = (input: unknown) => setup.safeParse(input).error?.issues.map(({ path }) => path[0])

describe('set-up', () => {
  it('takes a name, an email, a password and a team', () => {
    expect(setup.safeParse(first).success).toBe(true)
  })

  it.each([
    ['name', ''],
    ['email', 'ada'],
    ['email', `${'a'.repeat(250)}@example.com`],
    ['password', 'too short'],
    ['password', 'x'.repeat(129)],
    ['team', '  '],
    ['token', undefined],
  ])('refuses a bad %s: %j', (field, value) => {
    expect(refusedFields({ ...first, [field]: value })).toEqual([field])
  })

  it('never quotes the password in a message', () => {
    const { error } = setup.safeParse({ ...first, password: 'canary' })
    expect(JSON.stringify(error)).not.toContain('canary')
  })
})

describe('credentials', () => {
  it('accept any non-empty password, because an older rule may have allowed it', () => {
    expect(credentials.safeParse({ email: 'ada@example.com', password: 'x' }).success).toBe(true)
    expect(credentials.safeParse({ email: 'ada@example.com', password: '' }).success).toBe(false)
  })
})
