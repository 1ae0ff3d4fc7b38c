/** Path segments of the product, which no namespace may use. */
const reservedWords = new Set(
  (
    'v1 api setup login logout account healthz readyz metrics assets static public teams projects clusters ' +
    'secrets settings admin invite cli-login docs help about new null undefined'
  ).split(' '),
)

/** Maximum length of a namespace in characters, with room for a number that makes it unique. */
const maxLength = 40

/**
 * Returns the namespace for the name of a team: “Gradient Next” → `gradient-next`. Reserved words, and names without a
 * Latin letter or digit, get the prefix `team-`.
 */
export const namespaceFrom = (name: string): string => {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxLength)
    .replaceAll(/^-+|-+$/g, '')
  if (plain === '') return 'team'
  return reservedWords.has(plain) ? `team-${plain}` : plain
}
