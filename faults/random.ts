import { hash } from 'node:crypto'

/** A source of choices that makes the same ones again for the same seed. */
export type Random = {
  /** A whole number from 0 to below `limit`. */
  below(limit: number): number
  /** Whether something happens that does so with this probability. */
  chance(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
  /** Lower-case hexadecimal digits. */
  text(length: number): string
  /** Another source, which goes on as it would whatever is drawn from this one. */
  fork(label: string): Random
}

/** Mulberry32, started from a hash of the seed: small, quick, and good enough for choosing where to hit. */
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
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
    text: (length) => Array.from({ length }, () => below(16).toString(16)).join(''),
    fork: (label) => seeded(`${seed}/${label}`),
  }
}
