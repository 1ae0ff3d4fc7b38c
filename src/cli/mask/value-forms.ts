/** Shorter values would mask half of any output: `1` is in every date. In bytes of UTF-8. */
export const leastBytes = 4

/** Shorter lines of a longer value are no secret by themselves: `}`, `---`, `true`. In bytes, without indentation. */
const leastLineBytes = 8

/**
 * The bytes as which a value may show in a program's output: as it is and as a terminal prints it, each of its longer
 * lines, escaped for JSON, and in base64. They are at least {@link leastBytes} long, if the value is. A form that wraps
 * lines by itself, as `base64` does after 76 characters, is not among them.
 */
export const formsOf = (value: string): Buffer[] => {
  // A shell's `$(…)` and many a program drop the line break at the end.
  const texts = [...new Set([value, value.replace(/\r?\n$/, '')])]
  const forms = new Set(texts.flatMap((text) => [...inLines(text), ...inJson(text), ...inBase64(text)]))
  return [...forms].map((form) => Buffer.from(form)).filter(({ byteLength }) => byteLength >= leastBytes)
}

/** With line breaks of any kind, and line by line: programs indent them, prefix them and print them one at a time. */
const inLines = (text: string): string[] => {
  const plain = text.replaceAll('\r\n', '\n')
  const lines = text.split(/\r\n|\n|\r/)
  const each = lines.map((line) => line.trim()).filter((line) => Buffer.byteLength(line) >= leastLineBytes)
  // A terminal makes CRLF of every LF, whatever stands before it.
  const whole = [text, plain].flatMap((form) => [form, form.replaceAll('\n', '\r\n')])
  return lines.length > 1 ? [...whole, ...each] : whole
}

/** As JavaScript and most others write it, and in ASCII only, as Python does. */
const inJson = (text: string): string[] => {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [json, ascii]
}

/**
 * In the standard and in the URL's alphabet. Base64 depends on what stands before, so there is a form for each of the
 * three ways in which bytes fall into its groups, with the characters that are the same whatever surrounds the bytes;
 * and another with the last one as it is when nothing follows, as in the header of HTTP's basic authentication.
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
