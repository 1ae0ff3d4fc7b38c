import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { Failure } from '#shared/failure.ts'
import { type ClientOptions, createRequest } from './request.ts'

const answer = z.object({ ok: z.literal(true) })

/** Sends one request that gets this answer. Returns what was sent and the outcome. */
const ask = async (response: Response | Error, options: ClientOptions = {}) => {
  const asked: string[] = []
  const request = createRequest({
    fetch: async (url) => {
      asked.push(url)
      if (response instanceof Error) throw response
      return response
    },
    ...options,
  })
  const outcome: unknown = await request({
    path: ['a b', '/'],
    query: { q: 'x&y', limit: 3, none: undefined, empty: '' },
    answer,
  }).catch((error: unknown) => error)
  return { outcome, url: asked[0] }
}

const json = (content: unknown, init: ResponseInit = {}) => Response.json(content, init)

describe('a request', () => {
  it('escapes each part of its path, and omits empty query fields', async () => {
    expect((await ask(json({ ok: true }))).url).toBe('/v1/a%20b/%2F?q=x%26y&limit=3')
  })

  it('supports a server under a path', async () => {
    const { url } = await ask(json({ ok: true }), { baseUrl: 'https://example.com/secrets' })
    expect(url).toMatch(/^https:\/\/example\.com\/secrets\/v1\//)
  })

  it('parses the answer by its schema', async () => {
    expect((await ask(json({ ok: true, more: 1 }))).outcome).toEqual({ ok: true })
  })

  it('uses the current fetch, which a mock may have replaced', async () => {
    const original = globalThis.fetch
    const request = createRequest({})
    try {
      globalThis.fetch = async () => json({ ok: true })
      expect(await request({ path: ['x'], answer })).toEqual({ ok: true })
    } finally {
      globalThis.fetch = original
    }
  })
})

describe('a failed request', () => {
  it('is UNAVAILABLE when there is no answer', async () => {
    const { outcome } = await ask(new TypeError('fetch failed'))
    expect(outcome).toBeInstanceOf(Failure)
    expect(outcome).toMatchObject({ code: 'UNAVAILABLE', message: expect.stringContaining('cannot be reached') })
  })

  it('keeps the error of an aborted request', async () => {
    const controller = new AbortController()
    const request = createRequest({ fetch: async (_url, init) => Promise.reject(init.signal?.reason) })
    controller.abort()
    const outcome: unknown = await request({ path: ['x'], answer, signal: controller.signal }).catch((error) => error)
    expect(outcome).toMatchObject({ name: 'AbortError' })
  })

  it('has the time to wait before a retry', async () => {
    const body = { code: 'TOO_MANY_REQUESTS', message: 'Too many attempts.' }
    const { outcome } = await ask(json(body, { status: 429, headers: { 'retry-after': '30', 'x-request-id': 'r1' } }))
    expect(outcome).toMatchObject({ ...body, retryAfter: 30, requestId: 'r1', issues: [] })
  })

  it.each([
    [404, 'NOT_FOUND'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [503, 'UNAVAILABLE'],
    [502, 'INTERNAL_SERVER_ERROR'],
  ])('maps a %i of a proxy to a code', async (status, code) => {
    const { outcome } = await ask(new Response('<html>Oops</html>', { status }))
    expect(outcome).toMatchObject({
      code,
      message: `The server answered ${status} in an unknown form. Check its address.`,
    })
  })

  it('is thrown for an answer of an unknown form', async () => {
    for (const response of [json({ ok: false }), new Response('<html>'), new Response('')]) {
      expect((await ask(response)).outcome).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
    }
  })

  it('does not accept an unknown code', async () => {
    const { outcome } = await ask(json({ code: 'TEAPOT', message: 'x' }, { status: 400 }))
    expect(outcome).toMatchObject({ code: 'BAD_REQUEST' })
  })
})
