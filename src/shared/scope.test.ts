import { describe, expect, it } from 'vitest'
import { relation } from './effective.ts'
import { clusterChange, label, newCluster, type ScopeKind } from './scope.ts'

describe('a label', () => {
  it('trims surrounding space', () => {
    expect(label.parse('  Diffusion · Finetune 🚀 ')).toBe('Diffusion · Finetune 🚀')
  })

  it.each(['', '   ', '\n', 'x'.repeat(101), 'two\nlines', 'bell\u0007', 'nul\0', '\ud800', 7, null])(
    'may not be %j',
    (text) => {
      expect(label.safeParse(text).success).toBe(false)
    },
  )

  it.each([
    ['a zero-width space', 'Ada\u200b'],
    ['a zero-width joiner', 'A\u200dda'],
    ['a zero-width non-joiner', 'A\u200cda'],
    ['a word joiner', 'A\u2060da'],
    ['a byte order mark', 'A\ufeffda'],
    ['a soft hyphen', 'A\u00adda'],
    ['a mark from left to right', 'Ada\u200e'],
    ['an Arabic letter mark', 'Ada\u061c'],
    ['an override of the direction', 'Ada \u202egnp.exe'],
    ['an isolate', '\u2066Ada\u2069'],
    ['a combining joiner', 'A\u034fda'],
    ['a Hangul filler', '\u3164'],
    ['a variation selector without an emoji', 'A\ufe0fda'],
    ['a tag character', 'Ada\u{e0041}'],
    ['an interlinear annotation', 'A\ufff9da'],
    ['a line separator', 'A\u2028da'],
    ['a C1 control', 'A\u0085da'],
  ])('may not contain %s', (_what, text) => {
    const { error } = label.safeParse(text)
    expect(error?.issues.map(({ message }) => message)).toEqual([
      'Leave out the invisible characters: control, direction and zero-width characters are not allowed.',
    ])
  })

  it.each(['Zoë', 'Łukasz', 'آدا', 'עדה', 'अदा', '李 明', 'Ada 👩🏽‍🚀', '❤️ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🇫🇷'])('may be %s', (text) => {
    expect(label.parse(text)).toBe(text)
  })

  it('may have 100 characters', () => {
    expect(label.safeParse('x'.repeat(100)).success).toBe(true)
  })
})

describe('a cluster', () => {
  it('has one of the listed types', () => {
    expect(newCluster.safeParse({ name: 'gpu', type: 'slurm' }).success).toBe(true)
    expect(newCluster.safeParse({ name: 'gpu', type: 'mainframe' }).success).toBe(false)
    expect(newCluster.safeParse({ name: 'gpu' }).success).toBe(false)
  })

  it('may be changed partially', () => {
    expect(clusterChange.parse({ type: 'vm' })).toEqual({ type: 'vm' })
  })
})

describe('precedence', () => {
  const pairs: [ScopeKind, ScopeKind][] = [
    ['project', 'cluster'],
    ['project', 'team'],
    ['cluster', 'team'],
  ]
  it.each(pairs)('lets a %s override a %s', (stronger, weaker) => {
    expect(relation(stronger, weaker)).toBe('overrides')
    expect(relation(weaker, stronger)).toBe('overriddenBy')
  })
})
