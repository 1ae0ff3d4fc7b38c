import { randomBytes } from 'node:crypto'
import { createMask } from '#cli/mask/mask-stream.ts'
import { median } from './load.ts'
import type { Row } from './report.ts'

const megabyte = 1_000_000
/** The usual size of one read from a pipe. */
const chunkBytes = 64 * 1024
const rounds = 5
const leastRate = 200

/** Values of 20 to 64 bytes. */
export const values = Array.from({ length: 50 }, (_, at) =>
  randomBytes(64)
    .toString('base64url')
    .slice(0, 20 + (at % 45)),
)

const repeated = (line: (index: number) => string): Buffer => {
  const lines: string[] = []
  for (let index = 0, length = 0; length < 8 * megabyte; index++) {
    const text = line(index)
    lines.push(text)
    length += text.length
  }
  return Buffer.from(lines.join(''))
}

/** Eight megabytes of typical log output. */
export const logs = repeated(
  (index) =>
    `2026-01-05T10:${index % 60}:07Z INFO step=${index * 17} loss=${Math.sin(index)} shard=/data/train-${index}\n`,
)
/** Repeats all but the last byte of the values: the search can skip nothing and finds nothing. */
const nearly = repeated((index) => values[index % values.length]?.slice(0, -1) ?? '')

/** Returns the megabytes per second of passing `bytes` through `write`, chunk by chunk, for about half a second. */
const rateOf = (write: (chunk: Uint8Array) => Uint8Array, bytes: Buffer): number => {
  const began = performance.now()
  let passed = 0
  while (performance.now() - began < 500) {
    for (let at = 0; at < bytes.byteLength; at += chunkBytes) write(bytes.subarray(at, at + chunkBytes))
    passed += bytes.byteLength
  }
  return passed / megabyte / ((performance.now() - began) / 1000)
}

/** Masks and copies the same bytes in turns, so that other work of the machine affects both alike. */
const measure = (what: string, masked: readonly string[], bytes: Buffer, least: number | undefined): Row => {
  const { write } = createMask(masked)
  const rates = Array.from({ length: rounds }, () => ({
    mask: rateOf(write, bytes),
    copy: rateOf((chunk) => Buffer.from(chunk), bytes),
  }))
  const rate = median(rates.map(({ mask }) => mask))
  const shown = (megabytes: number) => `${Math.round(megabytes).toLocaleString('en')} MB/s`
  return {
    what,
    measured: shown(rate),
    baseline: `${shown(median(rates.map(({ copy }) => copy)))} plain copy`,
    ratio: median(rates.map(({ mask, copy }) => mask / copy)),
    target: least === undefined ? 'shown' : `≥ ${least} MB/s`,
    met: least === undefined || rate >= least,
  }
}

/** Measures masking of 50 values of 20 to 64 bytes in output that contains none of them. */
export const benchMask = async (): Promise<Row[]> => [
  measure('masking 50 values in logs', values, logs, leastRate),
  measure('the same, with a value of 4 bytes among them', [...values, 'q7Zx'], logs, undefined),
  measure('the same, in output that is nearly values', values, nearly, undefined),
]
