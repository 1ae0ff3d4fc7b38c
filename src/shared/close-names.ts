/** Maximum number of edits between a name and a suggestion. */
const maxEdits = 2

/**
 * Returns up to three similar names, closest first: with other capitals, “-” for “_”, or up to two letters added,
 * missing, wrong or swapped.
 */
export const closeNames = (name: string, names: readonly string[]): string[] => {
  const wanted = plain(name)
  const allowed = Math.min(maxEdits, Math.floor(name.length / 3))
  return names
    .filter((other) => Math.abs(other.length - name.length) <= allowed)
    .map((other) => ({ other, edits: edits(wanted, plain(other)) }))
    .filter(({ edits }) => edits <= allowed)
    .toSorted((one, two) => one.edits - two.edits)
    .slice(0, 3)
    .map(({ other }) => other)
}

/** Returns “Did you mean “A” or “B”?”, or `undefined` when no name is similar. */
export const didYouMean = (name: string, names: readonly string[]): string | undefined => {
  const close = closeNames(name, names).map((other) => `“${other}”`)
  return close.length === 0 ? undefined : `Did you mean ${close.join(' or ')}?`
}

const plain = (name: string): string => name.toLowerCase().replaceAll('-', '_')

/** Returns the edit distance: letters to add, remove, change, or swap with the next. */
const edits = (one: string, other: string): number => {
  let before: number[] = []
  let last = Array.from({ length: other.length + 1 }, (_, at) => at)
  for (let row = 1; row <= one.length; row++) {
    const next = [row]
    for (let at = 1; at <= other.length; at++) {
      const isSame = one[row - 1] === other[at - 1]
      const isSwapped = row > 1 && at > 1 && one[row - 1] === other[at - 2] && one[row - 2] === other[at - 1]
      next.push(
        Math.min(
          (last[at] ?? 0) + 1,
          (next[at - 1] ?? 0) + 1,
          (last[at - 1] ?? 0) + (isSame ? 0 : 1),
          isSwapped ? (before[at - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      )
    }
    before = last
    last = next
  }
  return last[other.length] ?? 0
}
