import type { ChangeNotice } from '#shared/notice.ts'

/** Numbers of streams are of those that are open at once; times are in milliseconds. */
export type StreamLimits = {
  /** Of this process. */
  ofAll: number
  ofTeam: number
  /** Of one person, with all their keys. */
  ofPerson: number
  /** How long changes are gathered, so that many at once are few notices. */
  gatherFor: number
  /** How often something is sent where nothing happens, so that what lies between does not take the stream for dead. */
  beatEvery: number
  /** How often the right to hear of changes is looked at again, at least; what ends it is acted on at once. */
  checkEvery: number
}

export const streamLimits: StreamLimits = {
  ofAll: 5000,
  ofTeam: 2000,
  ofPerson: 30,
  gatherFor: 100,
  beatEvery: 15_000,
  checkEvery: 45_000,
}

/** One open stream of server-sent events, as bytes. */
export type EventStream = {
  readonly body: ReadableStream<Uint8Array>
  /** Sends the JSON of a notice as soon as the other side takes it. Until then the same again is the same one. */
  send(notice: string): void
  /** Says that the stream lives. `false` when the other side has not taken what was sent before. */
  beat(): boolean
  /** Ends the stream after what was sent. */
  end(): void
  /** Ends it without waiting for the other side. */
  drop(): void
}

/** More notices than this that wait for one slow reader are one: that anything may have changed. */
const mostWaiting = 100

/** Milliseconds after which a browser or program is to connect again when the stream has ended. */
const retry = 2000

const encoder = new TextEncoder()
const anything = JSON.stringify({ kind: 'anything' } satisfies ChangeNotice)

/** Makes a stream. What waits for its reader is a set of bounded size, however much happens. */
export const openEventStream = (onClose: () => void): EventStream => {
  const waiting = new Set<string>()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Whether the reader has asked for more than it was given. */
  let wanted = false
  let ended = false

  const close = () => {
    ended = true
    controller = undefined
    waiting.clear()
    onClose()
  }
  const give = (text: string) => {
    wanted = false
    controller?.enqueue(encoder.encode(text))
  }
  const flush = () => {
    if (!wanted || waiting.size === 0) return
    const text = [...waiting].map((notice) => `data: ${notice}\n\n`).join('')
    waiting.clear()
    give(text)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => {
        controller = given
        given.enqueue(encoder.encode(`retry: ${retry}\n\n`))
      },
      pull: () => {
        wanted = true
        flush()
      },
      cancel: close,
    },
    // What is asked for is what is taken: nothing is made in advance.
    { highWaterMark: 0 },
  )

  return {
    body,
    send: (notice) => {
      if (ended) return
      if (waiting.size >= mostWaiting && !waiting.has(notice)) {
        waiting.clear()
        waiting.add(anything)
      }
      if (!waiting.has(anything)) waiting.add(notice)
      flush()
    },
    beat: () => {
      if (!wanted) return false
      give(':\n\n')
      return true
    },
    end: () => {
      if (ended) return
      const last = controller
      close()
      last?.close()
    },
    drop: () => {
      if (ended) return
      const last = controller
      close()
      last?.error(new Error('The stream is not read.'))
    },
  }
}
