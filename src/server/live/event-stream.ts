import type { ChangeNotice } from '#shared/notice.ts'

/** Limits of open streams. Times are in milliseconds. */
export type StreamLimits = {
  /** Maximum number of streams of this process. */
  ofAll: number
  ofTeam: number
  /** Maximum number for one person, with all their keys. */
  ofPerson: number
  /** How long changes are collected before they are sent as notices. */
  gatherFor: number
  /** Interval of heartbeats, which keep proxies from closing an idle stream. */
  beatEvery: number
  /** Maximum time between checks of a reader's permissions. Changes that end access are checked at once. */
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
  /** Sends the JSON of a notice as soon as the client reads. Equal notices that wait are sent once. */
  send(notice: string): void
  /** Sends a heartbeat. Returns `false` when the client has not read what was sent before. */
  beat(): boolean
  /** Ends the stream after everything was sent. */
  end(): void
  /** Ends the stream without waiting for the client. */
  drop(): void
}

/** Maximum number of waiting notices. With more, the reader gets one notice: anything may have changed. */
const maxWaiting = 100

/** After how many milliseconds a client connects again when the stream has ended. */
const retry = 2000

const encoder = new TextEncoder()
const anything = JSON.stringify({ kind: 'anything' } satisfies ChangeNotice)

/** Opens a stream. Its waiting notices are a set of bounded size. */
export const createEventStream = (onClose: () => void): EventStream => {
  const waiting = new Set<string>()
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  /** Whether the client is waiting for data. */
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
    // Nothing is buffered: a pull means that the client reads.
    { highWaterMark: 0 },
  )

  return {
    body,
    send: (notice) => {
      if (ended) return
      if (waiting.size >= maxWaiting && !waiting.has(notice)) {
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
