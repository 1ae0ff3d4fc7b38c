/**
 * Returns the forms in which a text may leak: plain, escaped for JSON or a URL, in hex and in base64. Base64 depends on
 * the position of the text, so there is one form for each of the three alignments.
 */
export const encodedForms = (text: string): string[] => {
  const bytes = Buffer.from(text)
  const json = JSON.stringify(text).slice(1, -1)
  const spellings = [
    text,
    json,
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(text),
    new URLSearchParams({ x: text }).toString().slice(2),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...[0, 1, 2].flatMap((shift) => inBase64(bytes, shift)),
  ]
  return [...new Set(spellings)]
}

/** Returns the base64 characters that do not depend on the surrounding bytes. */
const inBase64 = (bytes: Buffer, shift: number): string[] => {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  const start = Math.ceil((shift * 8) / 6)
  const end = Math.floor(((shift + bytes.length) * 8) / 6)
  const certain = encoded.slice(start, end)
  return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')]
}

/** Returns the indexes of the canaries that the content contains, in any encoding. */
export const findLeaks = (content: string | Uint8Array, canaries: readonly string[]): number[] => {
  const text = typeof content === 'string' ? content : Buffer.from(content).toString('latin1')
  return canaries.flatMap((canary, index) =>
    encodedForms(canary).some((spelling) => text.includes(spelling)) ? [index] : [],
  )
}
