import * as z from 'zod'

/**
 * Path segments that no namespace may use: what the server answers at its root, the pages of the console that belong to
 * no team, and some that either may need one day. Tests compare this list with the routes of both.
 */
const reservedWords = new Set(
  (
    'v1 api setup login logout account healthz readyz metrics assets static public teams projects clusters ' +
    'secrets settings admin invite cli-login docs help about new null undefined ' +
    'vault oauth clients reset well-known events openapi theme favicon'
  ).split(' '),
)

/** IDs of teams, by which requests may name them instead. */
const teamId = /^te[0-9a-z]{10}$/

/** Returns whether no team may have this namespace. */
export const isReserved = (namespace: string): boolean => reservedWords.has(namespace) || teamId.test(namespace)

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
  return isReserved(plain) ? `team-${plain}` : plain
}

/** A namespace that somebody chose: what {@link namespaceFrom} could return. */
export const chosenNamespace = z
  .string('Type an address.')
  .min(2, 'Use at least 2 characters.')
  .max(maxLength, `Use at most ${maxLength} characters.`)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'Use small Latin letters, digits and single hyphens between them.')
  .refine((namespace) => !isReserved(namespace), 'The server uses this address itself. Choose another one.')
