/** Collects the ranges of a stream that a mask hides, and returns the output with each replaced by `***`. */
type MaskedRanges = {
  /** Marks a range as hidden. Ranges are added in the order of their ends. */
  mark(start: number, end: number): void
  /**
   * Returns the output up to `safe` and makes the end of the chunk the new origin. `held` are the withheld bytes before
   * the chunk. From `safe` on, only marked ranges are final.
   */
  take(held: Uint8Array, chunk: Uint8Array, safe: number): Uint8Array
  /** Returns the rest of the output and resets the state. */
  takeAll(held: Uint8Array): Uint8Array
}

/** A range of bytes to hide. Offsets count from the start of the current chunk. */
type MaskedRange = { start: number; end: number }

/**
 * The replacement for a value, known from build logs. It does not reveal the length, is the same in every encoding
 * based on ASCII, and needs no escaping in JSON, XML or double quotes of a shell.
 */
const stars = Buffer.from('***')

/** Creates an empty set of ranges, which also tracks what was already returned. */
export const createMaskedRanges = (): MaskedRanges => {
  /** Sorted, and not adjacent. */
  let ranges: MaskedRange[] = []
  /** Offset up to which bytes were returned. */
  let emitted = 0
  /** End of the last returned range, which a later one may extend. */
  let lastHiddenEnd = Number.NEGATIVE_INFINITY

  const mark = (start: number, end: number): void => {
    let last = ranges.at(-1)
    if (last && last.start <= start && last.end >= start) {
      last.end = end
      return
    }
    let first = start
    for (; last && last.end >= first; last = ranges.at(-1)) {
      first = Math.min(first, last.start)
      ranges.pop()
    }
    ranges.push({ start: first, end })
  }

  const take = (held: Uint8Array, chunk: Uint8Array, safe: number): Uint8Array => {
    const pieces: Uint8Array[] = []
    const emitUpTo = (end: number) => {
      if (emitted < 0 && emitted < end) {
        pieces.push(held.subarray(held.byteLength + emitted, held.byteLength + Math.min(end, 0)))
      }
      if (end > 0 && emitted < end) pieces.push(chunk.subarray(Math.max(emitted, 0), end))
      emitted = Math.max(emitted, end)
    }
    // Withheld bytes are a view of a needle, so they must be copied.
    const copied = emitted < 0
    const ready = ranges.filter(({ start }) => start <= safe)
    for (const { start, end } of ready) {
      emitUpTo(start)
      if (start > lastHiddenEnd) pieces.push(stars)
      lastHiddenEnd = end
      emitted = end
    }
    emitUpTo(safe)
    const length = chunk.byteLength
    ranges = ranges.slice(ready.length).map(({ start, end }) => ({ start: start - length, end: end - length }))
    emitted -= length
    lastHiddenEnd -= length
    const [only] = pieces
    return only && pieces.length === 1 && !copied && ready.length === 0 ? only : Buffer.concat(pieces)
  }

  const takeAll = (held: Uint8Array): Uint8Array => {
    const rest = take(held, new Uint8Array(), 0)
    lastHiddenEnd = Number.NEGATIVE_INFINITY
    return rest
  }
  return { mark, take, takeAll }
}
