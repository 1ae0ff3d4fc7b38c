import { createAutomaton } from './automaton.ts'
import { createMaskedRanges } from './masked-ranges.ts'
import { createSkipTable } from './skip-table.ts'
import { minMaskedBytes, valueForms } from './value-forms.ts'

/** Masks the values of secrets in the output of a program. */
export type Mask = {
  /**
   * Returns the output that is safe to show: everything except a suffix that could be the start of a value. The result
   * may be a view of `chunk`, which is neither changed nor kept.
   */
  write(chunk: Uint8Array): Uint8Array
  /** Returns the withheld suffix and resets the mask. */
  flush(): Uint8Array
  /** Number of values that are too short to be masked. */
  unmasked: number
}

/**
 * Creates a mask for one stream of bytes. Replaces each occurrence of a value, in any form of `valueForms`, by `***`.
 * Overlapping and adjacent occurrences form one range, so no part of a value remains.
 * Bytes are never decoded, so any encoding works.
 *
 * Time is linear in the input for all values. A skip table passes over bytes where no needle can start, and the
 * automaton reads the others. It returns to the skip table only when that skips at least half of the bytes just read.
 */
export const createMask = (values: readonly string[]): Mask => {
  const maskable = values.filter((value) => Buffer.byteLength(value) >= minMaskedBytes)
  const unmasked = values.length - maskable.length
  const needles = distinct(maskable.flatMap(valueForms))
  if (needles.length === 0) return { write: (chunk) => chunk, flush: () => new Uint8Array(), unmasked }

  const { step, depth, longest, textOf } = createAutomaton(needles)
  const nextPlace = createSkipTable(needles)
  const ranges = createMaskedRanges()
  let state = 0

  /** Reads a chunk, marks the occurrences that end in it, and leaves the state at its end. */
  const read = (chunk: Uint8Array): void => {
    const end = chunk.byteLength
    let from = -(depth[state] as number)
    let seen = 0
    let at = 0
    while (at < end) {
      state = step(state, chunk[at++] as number)
      // Bytes before `seen` were marked earlier, together with the bytes before them.
      if (at > seen && longest[state] !== 0) ranges.mark(at - (longest[state] as number), at)
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
      // Withheld bytes are not stored: they are the prefix of the current state.
      const held = textOf(state)
      read(chunk)
      return ranges.take(held, chunk, chunk.byteLength - (depth[state] as number))
    },
    flush: () => {
      const held = textOf(state)
      state = 0
      return ranges.takeAll(held)
    },
    unmasked,
  }
}

const distinct = (forms: Buffer[]): Buffer[] =>
  forms.sort(Buffer.compare).filter((form, index) => index === 0 || !form.equals(forms[index - 1] as Buffer))
