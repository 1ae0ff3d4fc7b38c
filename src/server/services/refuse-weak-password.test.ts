import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { refuseWeakPassword } from './refuse-weak-password.ts'

const owner = { email: 'ada.lovelace@analytical.example', name: 'Ada King Byron', teams: ['Gradient Next'] }

const refusal = async (password: string): Promise<Failure | undefined> => {
  try {
    await refuseWeakPassword(password, owner, ['account', 'password'])
    return undefined
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

describe('a password', () => {
  it.each(['1234567890', 'qwertyuiop', 'Basketball', 'basketball ', '1q2w3e4r5t', 'password123'])(
    'is refused when many people use it: %j',
    async (password) => {
      const failure = await refusal(password)
      expect(failure?.code).toBe('BAD_REQUEST')
      expect(failure?.issues).toEqual([
        { message: expect.stringMatching(/^Many people/), path: ['account', 'password'] },
      ])
      expect(JSON.stringify(failure).toLowerCase()).not.toContain(password.toLowerCase())
    },
  )

  it.each([
    ...['ada.lovelace@analytical.example', 'ADA.LOVELACE', 'lovelace1815!', 'ada-king-byron', 'Byron Ada King'],
    ...['analytical!', 'analytical.example', 'gradient next', 'GradientNext2026', 'next-gradient', 'lovelace gradient'],
  ])('is refused when it is little more than a name: %j', async (password) => {
    expect((await refusal(password))?.message).toMatch(/^This is little more than your name/)
  })

  it.each(['correct horse battery', 'lovelace horse battery', 'adadadadada', 'x7#kQ2!mPw', 'kingfisher-nest'])(
    'is accepted: %j',
    async (password) => {
      expect(await refusal(password)).toBeUndefined()
    },
  )
})
