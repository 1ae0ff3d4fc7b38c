import { type FileHandle, open } from 'node:fs/promises'
import { Readable } from 'node:stream'

/** A file that another task is writing, which announces its growth. */
type GrowingFile = {
  /** The content of the file, including the parts that are not written yet. */
  readable: Readable
  /** Announces that the file has this many bytes. */
  grew(bytes: number): void
  /** Announces that the file is complete. */
  end(): void
}

const bytesAtOnce = 256 * 1024

/** Reads a file up to its announced size, then waits. The file may not exist before the first announcement. */
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
