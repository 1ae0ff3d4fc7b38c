import { describe, expect, it } from 'vitest'
import { openPublicKey } from './checkpoint-signature.ts'

describe('a key', () => {
  it.each([
    ['nothing', ''],
    ['something else', 'hello'],
    ['PEM of nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
  ])('has to be one: %s is not', async (_what, pem) => {
    await expect(openPublicKey(pem)).rejects.toThrow('It is no public key')
  })
})
