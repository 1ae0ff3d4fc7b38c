import { describe, expect, it, vi } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { ChangeNotice } from '#shared/notice.ts'
import { createClient } from './client.ts'

const signal = () => new AbortController().signal

/** A client of a server whose stream the test sends. */
const byHand = () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writer = writable.getWriter()
  const client = createClient({ fetch: async () => new Response(readable, { status: 200 }) })
  return { client, send: (text: string) => writer.write(new TextEncoder().encode(text)), end: () => writer.close() }
}

const all = async (notices: AsyncIterable<ChangeNotice>): Promise<ChangeNotice[]> => {
  const heard = []
  for await (const notice of notices) heard.push(notice)
  return heard
}

describe('the stream of changes', () => {
  it('yields notices of the real API until the caller stops', async () => {
    const { app, newTeam } = await openTestApp()
    const { owner, request, id } = await newTeam()
    const client = createClient({
      fetch: async (url, init) =>
        app.request(url, { ...init, headers: { ...(init.headers as object), 'test-person': owner.id } }),
    })
    const notices = await client.changes(signal())
    await request('PUT', `/v1/teams/${id}/secrets/A`, { value: 'x' })
    for await (const notice of notices) {
      expect(notice).toEqual({ kind: 'secrets', scope: { kind: 'team', id } })
      break
    }
  })

  it('joins notices that arrive in several chunks', async () => {
    const { client, send, end } = byHand()
    const sent =
      'retry: 2000\n\n:\n\ndata: {"kind":"keys"}\n\ndata: {"kind":"secrets","scope":{"kind":"project","id":"pr1"}}\n\n'
    const opening = client.changes(signal())
    void (async () => {
      for (const letter of sent) await send(letter)
      await end()
    })()
    expect(await all(await opening)).toEqual([
      { kind: 'keys' },
      { kind: 'secrets', scope: { kind: 'project', id: 'pr1' } },
    ])
  })

  it('yields “anything” for an unknown notice of another version', async () => {
    const { client, send, end } = byHand()
    const opening = client.changes(signal())
    void send(':\n\ndata: {"kind":"weather"}\n\ndata: no JSON\n\n').then(end)
    expect(await all(await opening)).toEqual([{ kind: 'anything' }, { kind: 'anything' }])
  })

  it('fails when no data arrives, and when no more data arrives', async () => {
    vi.useFakeTimers()
    try {
      const silent = expect(byHand().client.changes(signal())).rejects.toMatchObject({ code: 'TIMEOUT' })
      await vi.advanceTimersByTimeAsync(10_000)
      await silent
      const { client, send } = byHand()
      const opening = client.changes(signal())
      void send(':\n\n')
      const stalled = expect(all(await opening)).rejects.toMatchObject({ code: 'TIMEOUT' })
      await vi.advanceTimersByTimeAsync(40_000)
      await stalled
    } finally {
      vi.useRealTimers()
    }
  })

  it('fails with UNAUTHORIZED without a session', async () => {
    const { app } = await openTestApp()
    const client = createClient({ fetch: async (url, init) => app.request(url, init) })
    await expect(client.changes(signal())).rejects.toMatchObject({ code: 'UNAUTHORIZED' })
  })
})
