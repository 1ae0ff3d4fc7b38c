import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Vault } from '#server/crypto/vault.ts'
import { createChecksum, formatRow, formatVersion, type Header, type RowCounts, type Trailer } from './backup-format.ts'
import type { Snapshot } from './snapshot.ts'

type Given = {
  vault: Vault
  product: string
  now: number
  progress(rows: number): void
  /** Called with the number of bytes in the file. */
  grew(bytes: number): void
}

/** Writes a backup to a new file that only its owner can read. The file is synced to disk when this resolves. */
export const writeBackup = async (path: string, snapshot: Snapshot, given: Given): Promise<RowCounts> => {
  const counts: RowCounts = {}
  const file = await open(path, 'wx', 0o600)
  let bytes = 0
  const append = async (chunks: AsyncIterable<Uint8Array>) => {
    for await (const chunk of chunks) {
      await file.appendFile(chunk)
      bytes += chunk.byteLength
      given.grew(bytes)
    }
  }
  try {
    // Sealed bytes do not compress, so a higher level would only take longer.
    await pipeline(textOf(snapshot, given, counts), createGzip({ level: 1, chunkSize: 256 * 1024 }), append)
    await file.sync()
  } finally {
    await file.close()
  }
  return counts
}

/** Yields the text of a backup, and counts the rows into `rows`. */
async function* textOf(
  snapshot: Snapshot,
  { vault, product, now, progress }: Given,
  rows: RowCounts,
): AsyncGenerator<string> {
  const sum = await createChecksum(vault)
  const summed = (text: string): string => {
    sum.add(text)
    return text
  }
  const { migration } = snapshot
  const keyCheck = Buffer.from(snapshot.keyCheck).toString('base64')
  const madeAt = new Date(now).toISOString()
  const head: Header = {
    format: 'gradient-secrets backup',
    version: formatVersion,
    product,
    madeAt,
    migration,
    keyCheck,
  }
  yield summed(`${JSON.stringify(head)}\n`)

  let done = 0
  for (const table of snapshot.tables) {
    yield summed(`${JSON.stringify({ table: table.name, columns: table.columns })}\n`)
    let count = 0
    for await (const batch of snapshot.rows(table)) {
      yield summed(batch.map(formatRow).join(''))
      count += batch.length
      done += batch.length
      progress(done)
    }
    rows[table.name] = count
  }
  yield `${JSON.stringify({ end: { rows, ...sum.end() } } satisfies Trailer)}\n`
}
