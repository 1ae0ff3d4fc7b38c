/**
 * What stands for a value. Build logs have made people know it; it does not tell the value's length, and is the same
 * in every encoding that has ASCII and needs no escaping in JSON, XML or a shell's double quotes.
 */
const stars = Buffer.from('***')

/** Bytes to hide, from a place up to another. Places count from the beginning of the present chunk. */
type Run = { start: number; end: number }

export type Runs = {
  /** Hides bytes. No marking ends before one that was there already. */
  mark(start: number, end: number): void
  /**
   * Gives out what is known, and makes the chunk's end the place to count from. `held` is what stands before the chunk,
   * and nothing from `safe` on is decided but what is marked.
   */
  take(held: Uint8Array, chunk: Uint8Array, safe: number): Uint8Array
  /** Gives out all that is left, and forgets what was. */
  takeAll(held: Uint8Array): Uint8Array
}

/** Puts `***` in the places of runs of hidden bytes, and remembers what was given out. */
export const createRuns = (): Runs => {
  /** In order, and with bytes between them. */
  let runs: Run[] = []
  /** Up to where bytes were given out. */
  let given = 0
  /** Where the last run that was given out ended, to which another may be added. */
  let hidden = Number.NEGATIVE_INFINITY

  const mark = (start: number, end: number): void => {
    let last = runs.at(-1)
    if (last && last.start <= start && last.end >= start) {
      last.end = end
      return
    }
    let first = start
    for (; last && last.end >= first; last = runs.at(-1)) {
      first = Math.min(first, last.start)
      runs.pop()
    }
    runs.push({ start: first, end })
  }

  const take = (held: Uint8Array, chunk: Uint8Array, safe: number): Uint8Array => {
    const pieces: Uint8Array[] = []
    const giveUpTo = (end: number) => {
      if (given < 0 && given < end) {
        pieces.push(held.subarray(held.byteLength + given, held.byteLength + Math.min(end, 0)))
      }
      if (end > 0 && given < end) pieces.push(chunk.subarray(Math.max(given, 0), end))
      given = Math.max(given, end)
    }
    // A copy of what is held, since the text of a needle is not to be handed out.
    const copied = given < 0
    const due = runs.filter(({ start }) => start <= safe)
    for (const { start, end } of due) {
      giveUpTo(start)
      if (start > hidden) pieces.push(stars)
      hidden = end
      given = end
    }
    giveUpTo(safe)
    const length = chunk.byteLength
    runs = runs.slice(due.length).map(({ start, end }) => ({ start: start - length, end: end - length }))
    given -= length
    hidden -= length
    const [only] = pieces
    return only && pieces.length === 1 && !copied && due.length === 0 ? only : Buffer.concat(pieces)
  }

  const takeAll = (held: Uint8Array): Uint8Array => {
    const rest = take(held, new Uint8Array(), 0)
    hidden = Number.NEGATIVE_INFINITY
    return rest
  }
  return { mark, take, takeAll }
}
