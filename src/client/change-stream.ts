import * as z from 'zod'
import { Failure } from '#shared/failure.ts'
import { type ChangeNotice, changeNotice } from '#shared/notice.ts'
import type { Request } from './request.ts'

/** Maximum time without data, in milliseconds. The server sends a heartbeat every 15 seconds. */
const silence = { first: 10_000, later: 40_000 }

/** Opens the stream of changes. Resolves when the first data has arrived, so that no proxy holds it back. */
export const openChanges = async (request: Request, signal: AbortSignal): Promise<AsyncIterable<ChangeNotice>> => {
  const stream = await request({
    path: ['events'],
    as: 'stream',
    answer: z.custom<ReadableStream<Uint8Array>>((given) => given instanceof ReadableStream),
    signal,
  })
  const reader = stream.getReader()
  const decoder = new TextDecoder()
  const read = async (within: number): Promise<string | undefined> => {
    const { done, value } = await inTime(reader.read(), within, () => reader.cancel())
    return done ? undefined : decoder.decode(value, { stream: true })
  }
  const begin = await read(silence.first)
  return {
    [Symbol.asyncIterator]: async function* () {
      try {
        let text = ''
        for (let more = begin; more !== undefined; more = await read(silence.later)) {
          const events = (text + more).split('\n\n')
          text = events.pop() ?? ''
          for (const event of events) yield* noticesIn(event)
        }
      } finally {
        await reader.cancel().catch(() => undefined)
      }
    },
  }
}

/** Parses the notice of an event. Returns none for a heartbeat. */
const noticesIn = (event: string): ChangeNotice[] => {
  const data = event.split('\n').flatMap((line) => (line.startsWith('data:') ? [line.slice('data:'.length)] : []))
  if (data.length === 0) return []
  const parsed = changeNotice.safeParse(jsonIn(data.join('\n')))
  // A server of a later version may send other kinds of notices.
  return [parsed.success ? parsed.data : { kind: 'anything' }]
}

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const inTime = async <Result>(read: Promise<Result>, within: number, giveUp: () => unknown): Promise<Result> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(() => {
      fail(new Failure('TIMEOUT', 'The stream of changes is silent. Something on the way may keep it back.'))
      giveUp()
    }, within)
  })
  try {
    return await Promise.race([read, late])
  } finally {
    clearTimeout(timer)
  }
}
