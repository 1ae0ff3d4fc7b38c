import { createAutomaton } from './automaton.ts'
import { createRuns } from './masked-runs.ts'
import { createSkips } from './skip-table.ts'
import { formsOf, leastBytes } from './value-forms.ts'

/** Takes the values of secrets out of what a program prints. */
export type Mask = {
  /**
   * Returns what may be shown now: all but the bytes at the end that a value could begin with. It may be a view of
   * `chunk`, which is neither changed nor kept.
   */
  write(chunk: Uint8Array): Uint8Array
  /** Returns what was held back, and begins anew. */
  flush(): Uint8Array
  /** How many of the values are too short to be masked, for a notice. */
  unmasked: number
}

/**
 * Makes a mask for one stream of bytes. In every run of bytes that are part of an occurrence of any value, in any of
 * the forms of `formsOf`, `***` stands instead: also where occurrences overlap or touch, so that no rest of one is left
 * beside the other. What is read is never decoded, so it may be of any encoding, or none.
 *
 * The time is linear in what is written whatever the values are: bytes in which nothing can begin are passed over, and
 * the automaton walks through the others. It goes back when it could skip again, and only if it passes at least half
 * of what it walked.
 */
export const createMask = (values: readonly string[]): Mask => {
  const maskable = values.filter((value) => Buffer.byteLength(value) >= leastBytes)
  const unmasked = values.length - maskable.length
  const needles = distinct(maskable.flatMap(formsOf))
  if (needles.length === 0) return { write: (chunk) => chunk, flush: () => new Uint8Array(), unmasked }

  const { step, depth, longest, textOf } = createAutomaton(needles)
  const nextPlace = createSkips(needles)
  const runs = createRuns()
  let state = 0

  /** Reads a chunk, marks the occurrences that end in it, and leaves the state at its end. */
  const read = (chunk: Uint8Array): void => {
    const end = chunk.byteLength
    let from = -(depth[state] as number)
    let seen = 0
    let at = 0
    while (at < end) {
      state = step(state, chunk[at++] as number)
      // What was walked before was marked then, and with what came before it.
      if (at > seen && longest[state] !== 0) runs.mark(at - (longest[state] as number), at)
      const start = at - (depth[state] as number)
      if (start < 0 || start - from < at - start) continue
      seen = Math.max(seen, at)
      from = nextPlace(chunk, start)
      at = from
      state = 0
    }
  }

  return {
    write: (chunk) => {
      // The bytes that are held back need no keeping: they are the beginning of a value, which is here.
      const held = textOf(state)
      read(chunk)
      return runs.take(held, chunk, chunk.byteLength - (depth[state] as number))
    },
    flush: () => {
      const held = textOf(state)
      state = 0
      return runs.takeAll(held)
    },
    unmasked,
  }
}

const distinct = (forms: Buffer[]): Buffer[] =>
  forms.sort(Buffer.compare).filter((form, index) => index === 0 || !form.equals(forms[index - 1] as Buffer))
