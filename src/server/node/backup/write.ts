import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Vault } from '#server/vault.ts'
import { type Counts, formatVersion, type Header, rowText, summing, type Trailer } from './format.ts'
import type { Snapshot } from './snapshot.ts'

type Given = { vault: Vault; product: string; now: number; progress(rows: number): void }

/** Writes a backup into a new file for its owner only, which is on the disk when this resolves. */
export const writeBackup = async (path: string, snapshot: Snapshot, given: Given): Promise<Counts> => {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true })
  const counts: Counts = {}
  // Sealed bytes do not get smaller: a higher level would take longer for nothing.
  await pipeline(textOf(snapshot, given, counts), createGzip({ level: 1 }), file)
  return counts
}

/** Counts into `rows` what it has passed on. */
async function* textOf(
  snapshot: Snapshot,
  { vault, product, now, progress }: Given,
  rows: Counts,
): AsyncGenerator<string> {
  const sum = await summing(vault)
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
      yield summed(batch.map(rowText).join(''))
      count += batch.length
      done += batch.length
      progress(done)
    }
    rows[table.name] = count
  }
  yield `${JSON.stringify({ end: { rows, ...sum.end() } } satisfies Trailer)}\n`
}
