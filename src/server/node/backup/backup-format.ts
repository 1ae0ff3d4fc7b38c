import { createHash, createHmac } from 'node:crypto'
import * as z from 'zod'
import type { Vault } from '#server/crypto/vault.ts'
import type { CellValue, Row } from './read-rows.ts'

// A backup is gzip over lines of JSON: what it is; for each table its name and columns, then its rows; and at the end how
// many rows there are, with a hash of all lines before and a code for the hash that takes the master key to make.

/** The number of this form. A file of a higher one is refused. */
export const formatVersion = 1

export const header = z.strictObject({
  format: z.literal('gradient-secrets backup'),
  version: z.literal(formatVersion),
  /** The version of the product that made it. */
  product: z.string(),
  madeAt: z.iso.datetime(),
  /** The last migration of the database that it was made from. */
  migration: z.string(),
  keyCheck: z.base64(),
})
export type Header = z.infer<typeof header>

export const tableLine = z.strictObject({ table: z.string(), columns: z.array(z.string()) })

/** Rows by the name of their table. */
export type RowCounts = Record<string, number>

export const trailer = z.strictObject({
  end: z.strictObject({ rows: z.record(z.string(), z.int()), sha256: z.string(), mac: z.string() }),
})
export type Trailer = z.infer<typeof trailer>

export const formatRow = (row: Row): string => `${JSON.stringify(row.map(written))}\n`

const written = (value: CellValue) =>
  value instanceof Uint8Array
    ? { base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
    : value

/** The row of a line. Throws for anything else. By hand, as a schema takes longer than all the rest of reading. */
export const parseRow = (line: readonly unknown[]): Row => line.map(readValue)

const readValue = (value: unknown): CellValue => {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  if (typeof value === 'object' && 'base64' in value && typeof value.base64 === 'string')
    return decodeBase64(value.base64)
  throw new Error('It is no value of a row.')
}

export const decodeBase64 = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

const summedAtOnce = 64 * 1024

/** Sums up the lines of a backup: many at once, as each call takes longer than the sum of a line. */
export const createChecksum = async (vault: Pick<Vault, 'derive'>) => {
  const hash = createHash('sha256')
  const key = await vault.derive('backup')
  let waiting = ''
  const flush = (): void => {
    hash.update(waiting)
    waiting = ''
  }
  return {
    add: (text: string): void => {
      waiting += text
      if (waiting.length >= summedAtOnce) flush()
    },
    end: () => {
      flush()
      const sha256 = hash.digest('hex')
      return { sha256, mac: createHmac('sha256', key).update(sha256).digest('hex') }
    },
  }
}
