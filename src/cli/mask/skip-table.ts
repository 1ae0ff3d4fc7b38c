/** Size of the table in bits: small enough for the cache of the processor, large enough for few collisions. */
const bits = 17

/** Minimum window: three bytes, and one to move by. No needle is shorter. */
const minWindow = 4

/**
 * Creates a function that skips bytes where no needle can start, after Wu and Manber. It hashes the last three bytes of
 * a window as wide as the shortest needle. It moves on by the distance of these bytes to the end of the window in any
 * needle, which is mostly the full width.
 * The function returns the first position from `start` on where a needle may start, or where no window fits any more.
 */
export const createSkipTable = (needles: readonly Uint8Array[]): ((bytes: Uint8Array, start: number) => number) => {
  const shortest = needles.reduce((least, { byteLength }) => Math.min(least, byteLength), 64)
  // Each needle occupies up to one entry for each position in the window. In a full table, nothing is skipped.
  const window = Math.max(minWindow, Math.min(shortest, 3 + Math.floor(2 ** bits / 8 / needles.length)))
  const shifts = new Uint8Array(2 ** bits).fill(window - 2)
  const begins = new Uint8Array(2 ** bits)
  for (const needle of needles) {
    begins[hash(needle, 0)] = 1
    for (let at = 0; at <= window - 3; at++) {
      const entry = hash(needle, at)
      shifts[entry] = Math.min(shifts[entry] as number, window - 3 - at)
    }
  }
  return (bytes: Uint8Array, start: number): number => {
    const last = bytes.byteLength - window
    let at = start
    while (at <= last) {
      const shift = shifts[hash(bytes, at + window - 3)] as number
      if (shift > 0) at += shift
      else if (begins[hash(bytes, at)] === 1) return at
      else at++
    }
    return at
  }
}

const hash = (bytes: Uint8Array, at: number): number =>
  Math.imul(
    (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16),
    0x9e3779b1,
  ) >>>
  (32 - bits)
