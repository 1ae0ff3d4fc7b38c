import { createHash, createHmac } from 'node:crypto'
import * as z from 'zod'
import type { Vault } from '#server/crypto/vault.ts'
import type { CellValue, Row } from './read-rows.ts'

// A backup is gzipped JSON lines: a header; for each table its name and columns, then its rows; and a trailer with the
// row counts, a hash of all lines before, and a MAC of the hash with a key derived from the master key.

/** The version of this format. A newer version is rejected. */
export const formatVersion = 1

export const header = z.strictObject({
  format: z.literal('gradient-secrets backup'),
  version: z.literal(formatVersion),
  /** The version of the product that made the backup. */
  product: z.string(),
  madeAt: z.iso.datetime(),
  /** The last migration of the database. */
  migration: z.string(),
  keyCheck: z.base64(),
})
export type Header = z.infer<typeof header>

export const tableLine = z.strictObject({ table: z.string(), columns: z.array(z.string()) })

/** Numbers of rows by table name. */
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

/**
 * Parses the row of a line. Throws for anything else. Written by hand, because a schema takes longer than all other
 * reading.
 */
export const parseRow = (line: readonly unknown[]): Row => line.map(readValue)

const readValue = (value: unknown): CellValue => {
  if (typeof value === 'string' || typeof value === 'number' || value === null) return value
  if (typeof value === 'object' && 'base64' in value && typeof value.base64 === 'string')
    return decodeBase64(value.base64)
  throw new Error('It is no value of a row.')
}

export const decodeBase64 = (base64: string): Uint8Array => Buffer.from(base64, 'base64')

const summedAtOnce = 64 * 1024

/**
 * Computes the checksum of a backup's lines. Text is hashed in chunks, because each call costs more than hashing a
 * line.
 */
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
