/** First parts of paths that belong to the product, so that no team's address can collide with one. */
const reservedWords = new Set(
  (
    'v1 api setup login logout account healthz readyz metrics assets static public teams projects clusters ' +
    'secrets settings admin invite cli-login docs help about new null undefined'
  ).split(' '),
)

/** Longest namespace, in characters; room is left for a number that makes it unique. */
const maxLength = 40

/**
 * Makes the address of a team from its name: “Gradient Next” → `gradient-next`.
 * Reserved words and names without any Latin letter or digit get a `team-` in front.
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
