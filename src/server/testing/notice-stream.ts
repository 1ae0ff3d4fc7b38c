import { type ChangeNotice, changeNotice } from '#shared/notice.ts'

/** A stream of changes as it is read. */
export type NoticeStream = {
  /** The next notice; `undefined` when the stream has ended. */
  next(): Promise<ChangeNotice | undefined>
  /** What is sent next, also if it is no notice. */
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
