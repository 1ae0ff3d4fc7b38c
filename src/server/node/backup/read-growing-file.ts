import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'

/** A file that somebody else is still writing, and says so as it grows. */
export type GrowingFile = {
  /** What is in the file, from its begin to its end, as far as there is more of it. */
  readable: Readable
  /** There are so many bytes in it. */
  grew(bytes: number): void
  /** There will be no more. */
  end(): void
}

const bytesAtOnce = 256 * 1024

/** Reads a file up to where it is written, and waits there. It need not be there before it has grown. */
export const readGrowingFile = (path: string): GrowingFile => {
  let written = 0
  let isWhole = false
  let changed = Promise.withResolvers<void>()
  const change = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    let file: FileHandle | undefined
    try {
      for (let read = 0; ; ) {
        if (read < written) {
          file ??= await open(path)
          const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(bytesAtOnce, written - read)), {
            position: read,
          })
          if (bytesRead === 0) break
          read += bytesRead
          yield buffer.subarray(0, bytesRead)
        } else if (isWhole) break
        else await changed.promise
      }
    } finally {
      await file?.close()
    }
  }
  return {
    readable: Readable.from(chunks(), { objectMode: false }),
    grew: (bytes) => {
      written = bytes
      change()
    },
    end: () => {
      isWhole = true
      change()
    },
  }
}
