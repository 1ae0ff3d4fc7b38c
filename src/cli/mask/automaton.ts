/**
 * An Aho–Corasick automaton for a set of needles. A state represents a prefix of a needle. Each byte leads to the
 * longest prefix that the input ends with, so every byte is read once.
 */
type Automaton = {
  /** Returns the state after one more byte. State 0 is the empty prefix. */
  step(state: number, byte: number): number
  /** Length of the prefix of each state. */
  depth: Int32Array
  /** Length of the longest needle that ends at each state, or 0. */
  longest: Int32Array
  /** Returns the prefix of a state: a view that must not be changed. */
  textOf(state: number): Uint8Array
}

/**
 * Builds the automaton. `needles` are distinct, not empty and sorted by bytes. Uses 15 bytes of memory for each byte of
 * the needles, because the states of a needle have consecutive numbers. A table of 256 transitions for each state would
 * need sixty times that: a gigabyte for one value of 64 KiB in all its forms. The casts in this file are safe: all
 * indices are within bounds.
 */
export const createAutomaton = (needles: readonly Uint8Array[]): Automaton => {
  const most = 1 + needles.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const depth = new Int32Array(most)
  const longest = new Int32Array(most)
  const fallback = new Int32Array(most)
  /** The byte that leads from a state to the next number, or -1. */
  const follow = new Int16Array(most).fill(-1)
  /** 1 for states with more transitions, which are in {@link edges}. */
  const forks = new Uint8Array(most)
  const edges = new Map<number, number>()
  const fromStart = new Int32Array(256)
  /** First state that each needle added. */
  const firsts = new Int32Array(needles.length)
  const parents = new Int32Array(most)
  const labels = new Uint8Array(most)
  let states = 1

  const add = (parent: number, byte: number): number => {
    const state = states++
    depth[state] = (depth[parent] as number) + 1
    parents[state] = parent
    labels[state] = byte
    if (parent === 0) fromStart[byte] = state
    else if (state === parent + 1) follow[parent] = byte
    else {
      forks[parent] = 1
      edges.set(parent * 256 + byte, state)
    }
    return state
  }

  const addNeedles = (): void => {
    const path = [0]
    let before: Uint8Array = new Uint8Array()
    for (const [index, needle] of needles.entries()) {
      let shared = 0
      while (shared < before.byteLength && before[shared] === needle[shared]) shared++
      firsts[index] = states
      for (let at = shared; at < needle.byteLength; at++) {
        path[at + 1] = add(path[at] as number, needle[at] as number)
      }
      longest[path[needle.byteLength] as number] = needle.byteLength
      before = needle
    }
  }

  const step = (from: number, byte: number): number => {
    for (let state = from; state !== 0; state = fallback[state] as number) {
      if (follow[state] === byte) return state + 1
      if (forks[state] === 1) {
        const next = edges.get(state * 256 + byte)
        if (next !== undefined) return next
      }
    }
    return fromStart[byte] as number
  }

  const textOf = (state: number): Uint8Array => {
    let [low, high] = [0, needles.length]
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if ((firsts[middle] as number) <= state) low = middle
      else high = middle
    }
    return (needles[low] as Uint8Array).subarray(0, depth[state])
  }

  /**
   * Links each state to its longest proper suffix that is also a prefix. Shorter states come first, because longer ones
   * build on them.
   */
  const linkFallbacks = (): void => {
    for (const state of inOrder(depth.subarray(0, states))) {
      const parent = parents[state] as number
      if (parent !== 0) fallback[state] = step(fallback[parent] as number, labels[state] as number)
      if (longest[state] === 0) longest[state] = longest[fallback[state] as number] as number
    }
  }

  addNeedles()
  linkFallbacks()
  return { step, depth, longest, textOf }
}

/** Returns the states sorted by depth, by counting sort. */
const inOrder = (depth: Int32Array): Int32Array => {
  const next = new Int32Array(depth.reduce((most, each) => Math.max(most, each), 0) + 2)
  for (const each of depth) next[each + 1] = (next[each + 1] as number) + 1
  for (let at = 1; at < next.length; at++) next[at] = (next[at] as number) + (next[at - 1] as number)
  const sorted = new Int32Array(depth.length)
  for (const [state, each] of depth.entries()) {
    sorted[next[each] as number] = state
    next[each] = (next[each] as number) + 1
  }
  return sorted
}
