/** How many entries the table has: so few that it stays in the processor's cache, so many that few collide. */
const bits = 17

/** The narrowest window that can be looked through: three bytes, and one to move by. No needle is shorter. */
const narrowest = 4

/**
 * Makes what passes over bytes in which no needle can begin, after Wu and Manber: it looks at the last three bytes of a
 * window as wide as the shortest needle, and moves on by as many bytes as these three stand before the window's end in
 * any needle, which mostly is all of them.
 * The function returns the first place from `start` on where a needle may begin, or from where a window does not fit.
 */
export const createSkips = (needles: readonly Uint8Array[]): ((bytes: Uint8Array, start: number) => number) => {
  const shortest = needles.reduce((least, { byteLength }) => Math.min(least, byteLength), 64)
  // Each needle takes up to one entry for each place in the window. When most are taken, nothing is passed over.
  const window = Math.max(narrowest, Math.min(shortest, 3 + Math.floor(2 ** bits / 8 / needles.length)))
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
