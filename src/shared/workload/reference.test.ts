import { describe, expect, it } from 'vitest'
import { meaningOf, reference } from './reference.ts'

describe('the value of a variable', () => {
  it.each(['API_KEY', 'my-bucket-key', '_x'])('refers to the secret %s as a whole', (name) => {
    expect(meaningOf(reference(name))).toEqual({ kind: 'secret', name })
    expect(meaningOf(`SECRET:${name}`)).toEqual({ kind: 'secret', name })
  })

  it.each(['', 'plain', 'a secret:API_KEY', ' secret:API_KEY', 'Secret:API_KEY', 'secrets:API_KEY', '$secret:A'])(
    'is the text %j itself',
    (value) => {
      expect(meaningOf(value)).toEqual({ kind: 'literal' })
    },
  )

  it.each(['', ' API_KEY', 'API_KEY ', 'API_KEY\n', '1A', 'a.b', 'a/b', 'Ä', 'x'.repeat(129), 'secret:A'])(
    'refers to an impossible name as secret:%j',
    (name) => {
      expect(meaningOf(reference(name))).toEqual({ kind: 'impossible', name })
    },
  )

  it('refers to an ephemeral secret by its id', () => {
    expect(meaningOf('secret:ephemeral:es0123456789')).toEqual({ kind: 'ephemeral', id: 'es0123456789' })
  })
})
