import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { Secret } from '#shared/secret.ts'

const api = await openTestApp()

const newSecret = async () => {
  const team = await api.newTeam()
  const { secrets } = await team.scope('project')
  const { json: first } = await team.request<Secret>('POST', secrets, { name: 'A', value: 'one' })
  const write = (method: string, headers: Record<string, string>, name = 'A') =>
    team.request<Secret & Failure>(
      method,
      `${secrets}/${name}`,
      method === 'DELETE' ? undefined : { value: 'two' },
      headers,
    )
  return { ...team, secrets, first, write }
}

describe.each(['PUT', 'PATCH', 'DELETE'])('If-Match with %s', (method) => {
  it('allows the write while the secret has that ETag', async () => {
    const { first, write } = await newSecret()
    expect((await write(method, { 'if-match': first.etag })).status).toBe(200)
  })

  it('refuses the write after another one: 412 says who set it and when', async () => {
    const { first, write, owner, request, secrets } = await newSecret()
    const { json: second } = await write('PUT', {})
    const { status, json } = await write(method, { 'if-match': first.etag })
    expect([status, json.code]).toEqual([412, 'PRECONDITION_FAILED'])
    expect(json.message).toContain(owner.name)
    expect(json.issues[0]?.existing).toEqual({ ...second })
    expect((await request('GET', `${secrets}/A`)).json).toEqual(second)
  })

  it('accepts any of several ETags, and * for any existing secret', async () => {
    const { first, write } = await newSecret()
    expect((await write(method, { 'if-match': `"other", ${first.etag}` })).status).toBe(200)
    expect((await (await newSecret()).write(method, { 'if-match': '*' })).status).toBe(200)
  })

  it.each(['"0"', '', 'W/"1"', '1', '"1'])('refuses the write for the ETag %j', async (etag) => {
    const { write, request, secrets, first } = await newSecret()
    expect((await write(method, { 'if-match': etag })).status).toBe(412)
    expect((await request('GET', `${secrets}/A`)).json).toEqual(first)
  })

  it('refuses the write of a missing secret', async () => {
    const { first, write } = await newSecret()
    expect((await write(method, { 'if-match': first.etag }, 'B')).status).toBe(412)
    expect((await write(method, { 'if-match': '*' }, 'B')).status).toBe(412)
  })

  it('refuses the write of a secret that was deleted and created again', async () => {
    const { first, write, request, secrets } = await newSecret()
    await request('DELETE', `${secrets}/A`)
    await request('POST', secrets, { name: 'A', value: 'again' })
    expect((await write(method, { 'if-match': first.etag })).status).toBe(412)
  })
})

describe('If-None-Match', () => {
  it('lets PUT only create', async () => {
    const { write } = await newSecret()
    expect((await write('PUT', { 'if-none-match': '*' }, 'B')).status).toBe(201)
    const { status, json } = await write('PUT', { 'if-none-match': '*' }, 'B')
    expect([status, json.code]).toEqual([412, 'PRECONDITION_FAILED'])
    expect(json.issues[0]?.existing).toMatchObject({ name: 'B', version: 1 })
  })

  it('is refused in an unknown form, and not ignored', async () => {
    const { first, write } = await newSecret()
    const { status, json } = await write('PUT', { 'if-none-match': first.etag })
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
  })
})
