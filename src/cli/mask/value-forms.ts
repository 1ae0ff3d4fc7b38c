/**
 * Minimum length of a masked value in bytes of UTF-8. Shorter ones would mask half of any output: `1` is in every date.
 */
export const minMaskedBytes = 4

/**
 * Minimum length of a masked line in bytes, without indentation. Shorter lines are no secret alone: `}`, `---`, `true`.
 */
const minLineBytes = 8

/**
 * Returns the byte sequences that a value may appear as: itself, as printed on a terminal, each of its longer lines,
 * escaped for JSON, and in base64. Each has at least {@link minMaskedBytes} bytes. Base64 with line breaks, as the
 * command `base64` prints it, is not covered.
 */
export const valueForms = (value: string): Buffer[] => {
  // The `$(…)` of a shell and many programs remove the trailing newline.
  const texts = [...new Set([value, value.replace(/\r?\n$/, '')])]
  const forms = new Set(texts.flatMap((text) => [...inLines(text), ...inJson(text), ...inBase64(text)]))
  return [...forms].map((form) => Buffer.from(form)).filter(({ byteLength }) => byteLength >= minMaskedBytes)
}

/** Returns the text with LF and CRLF, and its lines, because programs indent or prefix lines. */
const inLines = (text: string): string[] => {
  const plain = text.replaceAll('\r\n', '\n')
  const lines = text.split(/\r\n|\n|\r/)
  const each = lines.map((line) => line.trim()).filter((line) => Buffer.byteLength(line) >= minLineBytes)
  // A terminal translates every LF to CRLF.
  const whole = [text, plain].flatMap((form) => [form, form.replaceAll('\n', '\r\n')])
  return lines.length > 1 ? [...whole, ...each] : whole
}

/** Returns the JSON forms: that of JavaScript and most languages, and the ASCII form of Python. */
const inJson = (text: string): string[] => {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [json, ascii]
}

/**
 * Returns the base64 forms, in the standard and the URL alphabet. Base64 depends on the position in its groups of three
 * bytes. So there is a form for each of three offsets, with only the characters that do not depend on the neighbours. A
 * second form ends the group, as in HTTP basic authentication.
 */
const inBase64 = (text: string): string[] => {
  const bytes = Buffer.from(text)
  const forms = [0, 1, 2].flatMap((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const start = Math.ceil((shift * 8) / 6)
    const end = Math.floor(((shift + bytes.byteLength) * 8) / 6)
    return [encoded.slice(start, end), encoded.slice(start)]
  })
  return forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')])
}
