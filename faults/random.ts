import { hash } from 'node:crypto'

/** A random source that repeats its choices for the same seed. */
export type Random = {
  /** Returns an integer from 0 to below `limit`. */
  below(limit: number): number
  /** Returns true with this probability. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Returns lower-case hexadecimal digits. */
  text(length: number): string
  /** Returns an independent source: draws from this one do not affect it. */
  fork(label: string): Random
}

/** Mulberry32, seeded with a hash: small, fast, and good enough to choose where to inject faults. */
export const seeded = (seed: string): Random => {
  let state = Number.parseInt(hash('sha256', seed, 'hex').slice(0, 8), 16)
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('Cannot pick from an empty list.')
      return item
    },
    text: (length) => Array.from({ length }, () => below(16).toString(16)).join(''),
    fork: (label) => seeded(`${seed}/${label}`),
  }
}
