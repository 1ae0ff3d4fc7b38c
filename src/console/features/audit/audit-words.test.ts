import { describe, expect, it } from 'vitest'
import { type AuditRecord, auditActions } from '#shared/audit/audit-record.ts'
import { actorName, auditWords } from './audit-words.ts'

const auditSentence = (record: AuditRecord): string => `${actorName(record)} ${auditWords[record.action].did(record)}`

const ada = { id: 'us1', name: 'Ada' }
const record = (known: Partial<AuditRecord>): AuditRecord => ({
  seq: 1,
  team: 'te1',
  at: '2026-05-03T12:00:00.000Z',
  by: ada,
  key: null,
  action: 'secret.set',
  scope: { kind: 'project', id: 'pr1', name: 'web' },
  name: 'API_KEY',
  detail: null,
  from: '10.0.0.7',
  requestId: null,
  previous: '',
  hash: '',
  ...known,
})

describe('the words for an audit record', () => {
  it('exist for every action, and differ between actions', () => {
    const sentences = auditActions.map((action) => auditSentence(record({ action, detail: 'a detail' })))
    for (const sentence of sentences) expect(sentence).toMatch(/^Ada [a-z].*[^:. ]$/)
    expect(new Set(auditActions.map((action) => auditWords[action].label)).size).toBe(auditActions.length)
  })

  it('name the secret and its scope', () => {
    expect(auditSentence(record({}))).toBe('Ada set API_KEY in project web')
    expect(auditSentence(record({ action: 'secret.delete', scope: { kind: 'team', id: 'te1', name: 'Next' } }))).toBe(
      'Ada deleted API_KEY from the team',
    )
  })

  it('name the API key of the request', () => {
    const key = { id: 'ak1', name: 'trainer' }
    expect(auditSentence(record({ action: 'key.refused', key, name: 'trainer', detail: 'has expired' }))).toBe(
      'Key trainer (Ada) was refused: has expired',
    )
  })

  it('name an unknown person, and need no detail', () => {
    expect(auditSentence(record({ action: 'session.refused', by: null, scope: null, name: null }))).toBe(
      'Somebody unknown was refused to sign in',
    )
  })

  it('describe what was restored and purged, and by whom', () => {
    expect(auditSentence(record({ action: 'secret.restore', detail: 'version 3' }))).toBe(
      'Ada restored API_KEY in project web: version 3',
    )
    expect(auditSentence(record({ action: 'secret.purge', by: null, detail: 'after 30 days in the trash' }))).toBe(
      'The server purged API_KEY of project web: after 30 days in the trash',
    )
  })

  it('distinguish the server from an unknown person', () => {
    const rotated = record({ action: 'team.rotate', by: null, scope: null, name: null, detail: 'data key dk1 → dk2' })
    expect(auditSentence(rotated)).toBe('The server rotated keys: data key dk1 → dk2')
    const expiring = record({ action: 'key.expiring', by: null, scope: null, name: 'trainer', detail: null })
    expect(auditSentence(expiring)).toBe('The server found that the API key trainer expires soon')
  })

  it('never contain “null”', () => {
    const bare = (action: AuditRecord['action']) =>
      auditSentence(record({ action, by: null, scope: null, detail: null }))
    expect(auditActions.map(bare).filter((sentence) => /null|undefined/.test(sentence))).toEqual([])
  })
})
