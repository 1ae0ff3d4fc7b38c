import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { Failure } from '#shared/failure.ts'
import { type ClientOptions, createRequest } from './request.ts'

const answer = z.object({ ok: z.literal(true) })

/** Asks once and gets this answer; tells what was asked and what came out. */
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
  it('escapes each part of its path, and leaves out what is not asked', async () => {
    expect((await ask(json({ ok: true }))).url).toBe('/v1/a%20b/%2F?q=x%26y&limit=3')
  })

  it('goes to a server under a path', async () => {
    const { url } = await ask(json({ ok: true }), { baseUrl: 'https://example.com/secrets' })
    expect(url).toMatch(/^https:\/\/example\.com\/secrets\/v1\//)
  })

  it('returns the answer in the form that was asked for', async () => {
    expect((await ask(json({ ok: true, more: 1 }))).outcome).toEqual({ ok: true })
  })

  it('uses the fetch of the moment, which a mock may have replaced', async () => {
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

  it('stays what it is when the caller has given up', async () => {
    const controller = new AbortController()
    const request = createRequest({ fetch: async (_url, init) => Promise.reject(init.signal?.reason) })
    controller.abort()
    const outcome: unknown = await request({ path: ['x'], answer, signal: controller.signal }).catch((error) => error)
    expect(outcome).toMatchObject({ name: 'AbortError' })
  })

  it('says when to try again', async () => {
    const body = { code: 'TOO_MANY_REQUESTS', message: 'Too many attempts.' }
    const { outcome } = await ask(json(body, { status: 429, headers: { 'retry-after': '30', 'x-request-id': 'r1' } }))
    expect(outcome).toMatchObject({ ...body, retryAfter: 30, requestId: 'r1', issues: [] })
  })

  it.each([
    [404, 'NOT_FOUND'],
    [413, 'PAYLOAD_TOO_LARGE'],
    [503, 'UNAVAILABLE'],
    [502, 'INTERNAL_SERVER_ERROR'],
  ])('has a code for a %i that does not come from the server but from something before it', async (status, code) => {
    const { outcome } = await ask(new Response('<html>Oops</html>', { status }))
    expect(outcome).toMatchObject({
      code,
      message: `The server answered ${status} in an unknown form. Check its address.`,
    })
  })

  it('is one when the answer is of an unknown form', async () => {
    for (const response of [json({ ok: false }), new Response('<html>'), new Response('')]) {
      expect((await ask(response)).outcome).toMatchObject({ code: 'INTERNAL_SERVER_ERROR' })
    }
  })

  it('does not take a code that it does not know', async () => {
    const { outcome } = await ask(json({ code: 'TEAPOT', message: 'x' }, { status: 400 }))
    expect(outcome).toMatchObject({ code: 'BAD_REQUEST' })
  })
})
