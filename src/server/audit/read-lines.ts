const newline = 10
/** No line of an export comes near to it: what has a longer one is another file. */
const longestLine = 1024 * 1024

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** `undefined` for what is no UTF-8: replacing it would make different bytes read the same. */
const decode = (bytes: Uint8Array): string | undefined => {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

/** The lines of a file, without their ends. One that is no UTF-8 comes as an empty one. Throws for one without end. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const lines of lineGroupsOf(chunks)) yield* lines
}

/** The same, as many at a time as there are in a chunk: waiting for each takes longer than what is done with it. */
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

/** At once, for speed; one by one where something is no UTF-8. */
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
