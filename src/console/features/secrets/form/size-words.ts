import { measure } from '#shared/secret.ts'

const counted = (count: number, noun: string) => `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`

/** The size of a value in words, “1,704 bytes, 28 lines”; empty for an empty one. */
export const sizeWords = (value: string): string => {
  const { bytes, lines } = measure(value)
  return bytes === 0 ? '' : `${counted(bytes, 'byte')}, ${counted(lines, 'line')}`
}

/** How many names a list has, “1 name”, “10,000 names”. */
export const nameCount = (count: number): string => counted(count, 'name')

/** A size in bytes, “1,704 bytes”. */
export const byteCount = (count: number): string => counted(count, 'byte')

/** How many deleted secrets there are, “1 deleted secret”. */
export const deletedCount = (count: number): string => counted(count, 'deleted secret')

/** How many versions there are, “1 version”. */
export const versionCount = (count: number): string => counted(count, 'version')
