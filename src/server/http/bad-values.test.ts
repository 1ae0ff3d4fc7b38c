import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { maxValueBytes } from '#shared/secret.ts'

const api = await openTestApp()

const newScope = async () => {
  const team = await api.newTeam()
  const { secrets } = await team.scope('cluster')
  await team.request('POST', secrets, { name: 'A', value: 'x' })
  /** Every route that takes a value. */
  const ways = [
    (value: string) => team.request<Failure>('POST', secrets, { name: 'B', value }),
    (value: string) => team.request<Failure>('PUT', `${secrets}/B`, { value }),
    (value: string) => team.request<Failure>('PATCH', `${secrets}/A`, { value }),
  ]
  return { ...team, secrets, ways }
}

describe('a value', () => {
  it.each([
    ['is empty', '', 'Type a value.'],
    ['has 64 KiB and one byte', 'x'.repeat(maxValueBytes + 1), 'The value has 65,537 bytes; the most is 65,536.'],
    ['has more bytes than characters', `${'€'.repeat(21_845)}éé`, 'The value has 65,539 bytes; the most is 65,536.'],
    ['has a NUL', 'canary\0canary', 'NUL'],
    ['has half of a surrogate pair', 'canary\ud800', 'surrogate'],
  ])('that %s is refused by POST, PUT and PATCH, with the field and the reason', async (_what, value, reason) => {
    const { request, secrets, ways } = await newScope()
    for (const send of ways) {
      const { status, json, text } = await send(value)
      expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
      expect(json.message).toContain(reason)
      expect(json.issues).toEqual([{ message: json.message, path: ['value'] }])
      expect(text).not.toContain('canary')
      expect(text.length).toBeLessThan(1000)
    }
    expect((await request('GET', secrets)).json).toMatchObject({ total: 1, items: [{ name: 'A', version: 1 }] })
  })

  it.each([
    ['64 KiB', 'x'.repeat(maxValueBytes)],
    ['64 KiB of characters of several bytes', '😀'.repeat(maxValueBytes / 4)],
    ['one space', ' '],
    ['line breaks only', '\r\n\n'],
    ['control characters', '\u0001\u001b[31m\u007f'],
  ])('of %s is stored by POST, PUT and PATCH', async (_what, value) => {
    const { ways } = await newScope()
    const statuses = []
    for (const send of ways) statuses.push((await send(value)).status)
    expect(statuses).toEqual([201, 200, 200])
  })
})

describe('a name in a body', () => {
  it.each([
    '',
    ' ',
    '9A',
    '-A',
    'A B',
    ' A',
    'A\n',
    'A.B',
    'A/B',
    '..',
    'Ä',
    'A\0',
    'A'.repeat(129),
    '__proto__ ',
    'А',
  ])('%j is refused with the rule', async (name) => {
    const { request, secrets } = await newScope()
    const { status, json, text } = await request<Failure>('POST', secrets, { name, value: 'canary' })
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
    expect(json.message).toContain('Letters, digits')
    expect(json.issues[0]?.path).toEqual(['name'])
    expect(text).not.toContain('canary')
  })

  it.each(['__proto__', 'constructor', 'toString', '_', 'A'.repeat(128), 'null', 'a-b'])(
    '%j is a name like any other',
    async (name) => {
      const { request, secrets } = await newScope()
      expect((await request('POST', secrets, { name, value: 'x' })).status).toBe(201)
      expect((await request('GET', `${secrets}/${name}`)).json.name).toBe(name)
    },
  )

  it('and a value that are both invalid are both reported', async () => {
    const { request, secrets } = await newScope()
    const { json } = await request<Failure>('POST', secrets, { name: '', value: '' })
    expect(json.issues.map(({ path }) => path?.[0])).toEqual(['name', 'value'])
  })
})
