/**
 * The forms in which a text may leak: as it is, escaped for JSON or an URL, in hex and in base64. Base64 depends on what
 * stands before, so there is a form for each of the three ways in which bytes fall into its groups.
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

/** The characters that are the same whatever surrounds the bytes. */
const inBase64 = (bytes: Buffer, shift: number): string[] => {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
  const start = Math.ceil((shift * 8) / 6)
  const end = Math.floor(((shift + bytes.length) * 8) / 6)
  const certain = encoded.slice(start, end)
  return [certain, certain.replaceAll('+', '-').replaceAll('/', '_')]
}
