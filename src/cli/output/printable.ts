/**
 * Characters that control a terminal instead of being shown: control characters, line separators, and those that change
 * the text direction or are invisible, which could make one name look like another.
 */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/gu

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return `\\u${code.toString(16).padStart(4, '0')}`
}

/** Makes an external text safe to print on one line. Uses the escapes of JSON. */
export const printable = (text: string): string => text.replaceAll(unprintable, escaped)

/** Returns JSON with unsafe characters escaped. The meaning is unchanged. */
export const printableJson = (data: unknown): string =>
  // Outside of strings, JSON contains only line breaks, which stay.
  JSON.stringify(data, null, 2).replaceAll(unprintable, (character) => (character === '\n' ? '\n' : escaped(character)))
