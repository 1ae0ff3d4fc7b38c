import { describe, expect, it } from 'vitest'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { maxValueBytes } from '#shared/secret.ts'

const api = await openTestApp()
const canary = 'canary-7d1f'

const newScope = async () => {
  const team = await api.newTeam()
  const { secrets } = await team.scope('project')
  const nothingStored = async () =>
    expect((await team.request('GET', secrets)).json).toMatchObject({ total: 0, items: [] })
  return { ...team, secrets, nothingStored }
}

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)))
const nested = (depth: number) => `{"name":"A","value":"${canary}","x":${'['.repeat(depth)}${']'.repeat(depth)}}`

describe('a body', () => {
  it.each([
    ['is empty', ''],
    ['is no JSON', `{"name":"A","value":"${canary}"`],
    ['is JSON with a comment', `{"name":"A","value":"${canary}"} // note`],
    ['is JSON with a trailing comma', `{"name":"A","value":"${canary}",}`],
    ['is two texts of JSON', `{"name":"A","value":"${canary}"}{}`],
    ['is a list', `["A","${canary}"]`],
    ['is a text', `"${canary}"`],
    ['is null', 'null'],
    ['is invalid UTF-8', bytes('{"name":"A","value":"', canary, [0xff], '"}')],
    ['is UTF-8 that ends in the middle of a character', bytes('{"name":"A","value":"', canary, [0xe2, 0x82], '"}')],
    ['is UTF-8 of a lone surrogate', bytes('{"name":"A","value":"', canary, [0xed, 0xa0, 0x80], '"}')],
    ['is UTF-16', Buffer.from(`{"name":"A","value":"${canary}"}`, 'utf16le')],
    ['has a key twice', `{"name":"A","value":"one","value":"${canary}"}`],
    ['has a key twice in another spelling', `{"name":"A","value":"one","val\\u0075e":"${canary}"}`],
    ['has a key twice further in', `{"name":"A","value":"${canary}","x":[{"a":1,"a":2}]}`],
    ['has a key __proto__', `{"name":"A","value":"${canary}","__proto__":{"admin":true}}`],
    ['has a key __proto__ in another spelling', `{"name":"A","value":"${canary}","\\u005f_proto__":{}}`],
    ['has a key __proto__ further in', `{"name":"A","value":"${canary}","x":{"__proto__":[]}}`],
    ['is nested deeply', nested(21)],
    ['is nested so deeply that a recursive reader falls over', nested(100_000)],
    ['has no name', `{"value":"${canary}"}`],
    ['has no value', '{"name":"A"}'],
    ['has a name that is not a string', `{"name":7,"value":"${canary}"}`],
    ['has a value that is not a string', `{"name":"A","value":{"${canary}":1}}`],
    ['has a value that is a list', `{"name":"A","value":["${canary}"]}`],
    ['has a value that is null', '{"name":"A","value":null}'],
  ])('that %s is refused, in words that do not repeat it', async (_what, body) => {
    const { request, secrets, nothingStored } = await newScope()
    const { status, json, text } = await request<Failure>('POST', secrets, body)
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
    expect(text).not.toContain(canary)
    await nothingStored()
  })

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    '',
  ])('of the type %j is refused', async (type) => {
    const { request, secrets, nothingStored } = await newScope()
    const { status, json } = await request<Failure>(
      'POST',
      secrets,
      { name: 'A', value: canary },
      { 'content-type': type },
    )
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
    expect(json.message).toContain('application/json')
    await nothingStored()
  })

  it.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json ;charset=UTF-8',
  ])('of the type %j is read', async (type) => {
    const { request, secrets } = await newScope()
    const { status } = await request('POST', secrets, { name: 'A', value: 'x' }, { 'content-type': type })
    expect(status).toBe(201)
  })

  it('may have unknown fields, which have no effect', async () => {
    const { request, secrets, owner } = await newScope()
    const body = {
      name: 'A',
      value: 'x',
      version: 9,
      setBy: { id: 'us0', name: 'Eve' },
      constructor: { prototype: {} },
    }
    const { status, json } = await request('POST', secrets, body)
    expect([status, json.version, json.setBy]).toEqual([201, 1, { id: owner.id, name: owner.name }])
  })

  it('may escape every byte of a value of 64 KiB', async () => {
    const { request, secrets } = await newScope()
    const { status } = await request('POST', secrets, `{"name":"A","value":"${'\\u0041'.repeat(maxValueBytes)}"}`)
    expect(status).toBe(201)
  })

  it('that is missing is refused by every route that takes one', async () => {
    const team = await api.newTeam()
    const taking = (await listOperations(api.request)).filter(({ body }) => body)
    expect(taking.length).toBeGreaterThan(10)
    const runner = await team.key({ access: ['run'] })
    for (const { method, path, needs } of taking) {
      const { request } = needs === 'runWorkloads' ? runner : team
      const { status, json } = await request(method, fillPath(path, { id: team.id, name: 'A' }))
      expect([method, path, status, json.code]).toEqual([method, path, 400, 'BAD_REQUEST'])
    }
  })
})

describe('a body that is too large', () => {
  const tooLarge = `{"name":"A","value":"${canary}${'x'.repeat(400_000)}"}`

  it('is refused by its announced length', async () => {
    const { request, secrets, nothingStored } = await newScope()
    const { status, json, text } = await request<Failure>('POST', secrets, tooLarge, {
      'content-length': `${tooLarge.length}`,
    })
    expect([status, json.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect(text).not.toContain(canary)
    await nothingStored()
  })

  it('is refused while it is read when it announces no length', async () => {
    const { owner, secrets, nothingStored } = await newScope()
    let sent = 0
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        sent += 10_000
        controller.enqueue(new Uint8Array(10_000).fill(0x20))
      },
    })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'test-person': owner.id },
      body: endless,
      duplex: 'half',
    } as RequestInit
    const response = await api.app.request(secrets, init)
    expect([response.status, ((await response.json()) as Failure).code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
    expect(sent).toBeLessThan(1_000_000)
    await nothingStored()
  })

  it('has a lower limit on routes without values', async () => {
    const team = await api.newTeam()
    const { status, json } = await team.request('POST', '/v1/projects', { name: 'web', more: 'x'.repeat(17_000) })
    expect([status, json.code]).toEqual([413, 'PAYLOAD_TOO_LARGE'])
  })
})

it('no invalid body causes an unexpected error', () => {
  expect(api.log.errors).toEqual([])
})
