/**
 * Characters that would do something to a terminal instead of being shown: control characters, line separators, and
 * those that turn the direction of text or are not seen, by which one name could pass for another.
 */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b-\u200d\u2060\ufeff]/gu

const escaped = (character: string): string => {
  const code = character.codePointAt(0) ?? 0
  return `\\u${code.toString(16).padStart(4, '0')}`
}

/** A text from elsewhere, on one line and safe to show on a terminal. Escapes are JSON's. */
export const printable = (text: string): string => text.replaceAll(unprintable, escaped)

/** The JSON of something, with what is unsafe on a terminal escaped: it means the same. */
export const printableJson = (data: unknown): string =>
  // What JSON has outside of its texts is line breaks only, which are to stay.
  JSON.stringify(data, null, 2).replaceAll(unprintable, (character) => (character === '\n' ? '\n' : escaped(character)))
