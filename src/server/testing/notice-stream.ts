import { type ChangeNotice, changeNotice } from '#shared/notice.ts'

/** A reader of a stream of changes. */
export type NoticeStream = {
  /** Resolves with the next notice; `undefined` at the end of the stream. */
  next(): Promise<ChangeNotice | undefined>
  /** Resolves with the next chunk, even when it is no notice. */
  nextText(): Promise<string | undefined>
  close(): Promise<void>
}

/** Reads a stream of server-sent events. */
export const readNotices = (body: ReadableStream<Uint8Array> | null): NoticeStream => {
  if (!body) throw new Error('There is no stream.')
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const read: ChangeNotice[] = []
  const nextText = async () => {
    const { done, value } = await reader.read()
    return done ? undefined : decoder.decode(value)
  }
  return {
    nextText,
    next: async () => {
      for (;;) {
        const known = read.shift()
        if (known) return known
        const text = await nextText()
        if (text === undefined) return undefined
        for (const line of text.split('\n')) {
          if (line.startsWith('data: ')) read.push(changeNotice.parse(JSON.parse(line.slice('data: '.length))))
        }
      }
    },
    close: () => reader.cancel(),
  }
}
