const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
const length = 10

type Prefix = 'te' | 'pr' | 'cl' | 'us' | 'dk' | 'ak' | 'in' | 'es' | 'tr' | 'oi'

/**
 * Makes an ID: two letters for the kind, then ten random lower-case base-36 characters (51 bits). At least one is a
 * digit, so that a typed word is never mistaken for an ID.
 */
export const newId = (prefix: Prefix): string => {
  const id = randomId(prefix)
  return /\d/.test(id) ? id : newId(prefix)
}

const randomId = (prefix: Prefix): string => {
  let id: string = prefix
  while (id.length < prefix.length + length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      // Bytes from 252, the largest multiple of 36, are skipped: they would bias the characters.
      if (byte < 252 && id.length < prefix.length + length) id += alphabet[byte % 36]
    }
  }
  return id
}

/** Makes an unguessable token: 256 random bits, in base64url. */
export const newToken = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
