import { describe, expect, it } from 'vitest'
import { readAuditFilter, toAuditQuery } from './audit-filter.ts'

const read = (address: string) => readAuditFilter(new URLSearchParams(address))

describe('the filter of the audit trail', () => {
  it('is read from the URL, without invalid actions and days', () => {
    expect(read('person=us1&action=secret.set&name=+API+&from=2026-05-03&to=2026-05-04')).toEqual({
      person: 'us1',
      action: 'secret.set',
      name: 'API',
      from: '2026-05-03',
      to: '2026-05-04',
    })
    expect(read('action=secret.read&from=2026-13-40&to=yesterday')).toEqual({
      person: '',
      action: '',
      name: '',
      from: '',
      to: '',
    })
  })

  it('covers the start of the first day until the end of the last', () => {
    const { from, to } = toAuditQuery(read('from=2026-05-03&to=2026-05-03'))
    expect(new Date(from ?? '')).toEqual(new Date(2026, 4, 3))
    expect(new Date(to ?? '')).toEqual(new Date(2026, 4, 4))
  })

  it('matches everything if it is empty', () => {
    expect(Object.values(toAuditQuery(read(''))).filter(Boolean)).toEqual([])
  })
})
