// Reads the lines of an exported audit trail.
const newline = 10
/** Maximum length of a line in bytes. Lines of exports are much shorter: a longer one is in another kind of file. */
const longestLine = 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Returns `undefined` for invalid UTF-8: replacement characters would make different bytes equal. */
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** Yields the lines of a file, without line breaks. A line of invalid UTF-8 is empty. Throws for a line that is too long. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const lines of lineGroupsOf(chunks)) yield* lines
}

/** Yields the lines of each chunk together: awaiting each line takes longer than processing it. */
export async function* lineGroupsOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  let rest = new Uint8Array()
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(rest.length + chunk.length)
    bytes.set(rest)
    bytes.set(chunk, rest.length)
    const end = bytes.lastIndexOf(newline)
    if (end >= 0) yield split(bytes.subarray(0, end))
    rest = bytes.subarray(end + 1)
    if (rest.length > longestLine) throw new Error('It has a line of more than 1 MiB, which no export has.')
  }
  if (rest.length > 0) yield split(rest)
}

/** Decodes all lines at once, for speed. Decodes them one by one when some are invalid UTF-8. */
const split = (bytes: Uint8Array): string[] => decode(bytes)?.split('\n') ?? splitOneByOne(bytes)

const splitOneByOne = (bytes: Uint8Array): string[] => {
  const lines: string[] = []
  for (let start = 0; start <= bytes.length; ) {
    const found = bytes.indexOf(newline, start)
    const end = found < 0 ? bytes.length : found
    lines.push(decode(bytes.subarray(start, end)) ?? '')
    start = end + 1
  }
  return lines
}
