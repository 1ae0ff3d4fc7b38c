import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chosenNamespace, isReserved, namespaceFrom } from './namespace.ts'

const anyText = fc.string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) })

describe('the namespace of a team', () => {
  it.each([
    ['Gradient Next', 'gradient-next'],
    ['  Ünïcode & Söhne!  ', 'unicode-sohne'],
    ['a--b__c', 'a-b-c'],
    ['Ⅷ Labs', 'viii-labs'],
    [`${'a'.repeat(39)} b`, 'a'.repeat(39)],
    ['x'.repeat(100), 'x'.repeat(40)],
  ])('made of %j is %j', (name, namespace) => {
    expect(namespaceFrom(name)).toBe(namespace)
  })

  it.each(['v1', 'API', ' Setup ', 'login', 'healthz', 'readyz', 'assets', 'Projects', 'undefined', 'Null'])(
    'is never the reserved word %j',
    (name) => {
      expect(namespaceFrom(name)).toBe(`team-${name.trim().toLowerCase()}`)
    },
  )

  it.each(['', '—', '密钥', '🚀'])('is generated for %j, which has no Latin letter', (name) => {
    expect(namespaceFrom(name)).toBe('team')
  })

  it('never needs escaping in a URL', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), anyText), (name) => {
        const namespace = namespaceFrom(name)
        expect(namespace).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
        expect(namespace.length).toBeLessThanOrEqual(45)
        expect(new URL(`/${namespace}/`, 'http://localhost').pathname).toBe(`/${namespace}/`)
      }),
    )
  })
})

describe('an address that somebody chose', () => {
  it.each(['ab', 'a-b', 'team-vault', '2nd', 'x'.repeat(40)])('may be %j', (namespace) => {
    expect(chosenNamespace.safeParse(namespace).success).toBe(true)
  })

  it.each(['', 'a', 'A-b', 'a--b', '-ab', 'ab-', 'a b', 'ä-b', 'vault', 'oauth', 'te0123456789', 'x'.repeat(41)])(
    'may not be %j',
    (namespace) => {
      expect(chosenNamespace.safeParse(namespace).success).toBe(false)
    },
  )

  it('is the namespace that is made of it, unless that is reserved', () => {
    fc.assert(
      fc.property(anyText, (name) => {
        const namespace = namespaceFrom(name)
        expect(isReserved(namespace)).toBe(false)
        if (namespace.length > 1) expect(chosenNamespace.safeParse(namespace).success).toBe(true)
      }),
    )
  })
})
