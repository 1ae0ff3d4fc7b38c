import { describe, expect, it } from 'vitest'
import { openPublicKey } from './checkpoint-signature.ts'

describe('a public key', () => {
  it.each([
    ['nothing', ''],
    ['something else', 'hello'],
    ['PEM of nothing', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n'],
  ])('is refused when it is not a PEM key: %s', async (_what, pem) => {
    await expect(openPublicKey(pem)).rejects.toThrow('It is no public key')
  })
})
