import { describe, expect, it } from 'vitest'
import { readNotices } from '#server/testing/notice-stream.ts'
import { createEventStream } from './event-stream.ts'

const secretsOf = (id: string) => JSON.stringify({ kind: 'secrets', scope: { kind: 'project', id } })

describe('a stream of events', () => {
  it('keeps one notice for a slow reader: anything may have changed', async () => {
    const { body, send } = createEventStream(() => undefined)
    for (let count = 0; count < 10_000; count++) send(secretsOf(`pr${count}`))
    const { next, nextText } = readNotices(body)
    expect(await nextText()).toBe('retry: 2000\n\n')
    expect(await next()).toEqual({ kind: 'anything' })
    send(secretsOf('pr1'))
    expect(await next()).toEqual({ kind: 'secrets', scope: { kind: 'project', id: 'pr1' } })
  })

  it('sends equal notices once when they were not read yet', async () => {
    const { body, send, end } = createEventStream(() => undefined)
    for (const id of ['a', 'b', 'a', 'b', 'a']) send(secretsOf(id))
    const { next } = readNotices(body)
    expect([(await next())?.scope?.id, (await next())?.scope?.id]).toEqual(['a', 'b'])
    end()
    expect(await next()).toBeUndefined()
  })

  it('sends heartbeats while it is read, and reports when it is not', async () => {
    const { body, beat } = createEventStream(() => undefined)
    expect(beat()).toBe(false)
    const { nextText } = readNotices(body)
    await nextText()
    const read = nextText()
    expect(beat()).toBe(true)
    expect(await read).toBe(':\n\n')
    expect(beat()).toBe(false)
  })

  it('reports its end once, whichever side closes it', async () => {
    let closed = 0
    const { body, end, drop, send } = createEventStream(() => closed++)
    await body.cancel()
    end()
    drop()
    send(secretsOf('a'))
    expect(closed).toBe(1)
  })
})
