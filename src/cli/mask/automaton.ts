/**
 * What Aho and Corasick's automaton knows of a set of needles. A state stands for a beginning of a needle, and reading
 * leads to the longest beginning that what was read ends in; so no byte is looked at twice, whatever the needles are.
 */
export type Automaton = {
  /** The state after one more byte. State 0 is the empty beginning. */
  step(state: number, byte: number): number
  /** How many bytes a state stands for. */
  depth: Int32Array
  /** The length of the longest needle that a state ends in, or 0. */
  longest: Int32Array
  /** The bytes that a state stands for: a view, not to be changed. */
  textOf(state: number): Uint8Array
}

/**
 * Builds the automaton. Memory is 15 bytes for each byte of the needles, because a needle's states are numbered in its
 * order: a table of 256 next states for each would be sixty times that, a gigabyte for one value of 64 KiB in all its
 * forms. `needles` are distinct, not empty, and in order of their bytes. Typed arrays are read within their bounds here.
 */
export const createAutomaton = (needles: readonly Uint8Array[]): Automaton => {
  const most = 1 + needles.reduce((sum, { byteLength }) => sum + byteLength, 0)
  const depth = new Int32Array(most)
  const longest = new Int32Array(most)
  const fallback = new Int32Array(most)
  /** The byte that leads from a state to the one of the next number, or -1. */
  const follow = new Int16Array(most).fill(-1)
  /** Whether bytes lead from a state to others besides; then {@link edges} has them. */
  const forks = new Uint8Array(most)
  const edges = new Map<number, number>()
  const fromStart = new Int32Array(256)
  /** The first state that each needle added. */
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

  /** Where to go on when a beginning does not: to the longest other one it ends in, found from the shorter ones'. */
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

/** The states with the shallow ones first, by counting. */
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
