import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type AuditContent, recordLine, recordTemplate, recordText } from './audit-record.ts'

const text = fc.oneof(fc.string(), fc.constantFrom('0', '#', '"#"}', '","previous":"#"}', '{"seq":0', 'Ünï'))
const named = fc.record({ id: text, name: text })
const content: fc.Arbitrary<AuditContent> = fc.record({
  team: text,
  at: fc.constant('2026-01-01T00:00:00.000Z'),
  by: fc.option(named),
  key: fc.option(named),
  action: fc.constant('secret.set' as const),
  scope: fc.option(fc.record({ kind: fc.constant('team' as const), id: text, name: text })),
  name: fc.option(text),
  detail: fc.option(text),
  from: fc.option(text),
  requestId: fc.option(text),
})

it('a template gives the text and the line of a record, whatever its content', () => {
  fc.assert(
    fc.property(content, fc.nat(), text, (content, seq, hash) => {
      const { start, middle, textEnd, lineMiddle, lineEnd } = recordTemplate(content)
      const previous = 'f0'.repeat(32)
      const whole = recordText(content, seq, previous)
      expect(`${start}${seq}${middle}${previous}${textEnd}`).toBe(whole)
      expect(`${start}${seq}${middle}${previous}${lineMiddle}${hash}${lineEnd}`).toBe(recordLine(whole, hash))
    }),
  )
})

it('the text of a record has its fields in the order of the format, which earlier records were hashed in', () => {
  const content: AuditContent = {
    requestId: 're1',
    from: '10.0.0.1',
    detail: 'b',
    name: 'A',
    scope: { kind: 'team', id: 'te1', name: 'Team' },
    action: 'secret.set',
    key: null,
    by: { id: 'us1', name: 'Ada' },
    at: '2026-01-01T00:00:00.000Z',
    team: 'te1',
  }
  const text = recordText(content, 2, 'f0')
  expect(text).toBe(
    '{"seq":2,"team":"te1","at":"2026-01-01T00:00:00.000Z","by":{"id":"us1","name":"Ada"},"key":null,' +
      '"action":"secret.set","scope":{"kind":"team","id":"te1","name":"Team"},"name":"A","detail":"b",' +
      '"from":"10.0.0.1","requestId":"re1","previous":"f0"}',
  )
  expect(recordLine(text, '0f')).toBe(`${text.slice(0, -1)},"hash":"0f"}`)
})
