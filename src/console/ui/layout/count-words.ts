/** Puts a number and its noun into words: “1 secret”, “1,704 bytes”. `many` is the plural if it is not `one` with an “s”. */
export const countWords = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`
