const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'
const length = 10

type Prefix = 'te' | 'pr' | 'cl' | 'us' | 'dk' | 'ak' | 'in' | 'es' | 'tr'

/**
 * Makes an ID: two letters for the kind, then ten random lower-case base-36 characters (51 bits). One of them is a digit,
 * so that no word that people type is taken for an ID.
 */
export const newId = (prefix: Prefix): string => {
  const id = randomId(prefix)
  return /\d/.test(id) ? id : newId(prefix)
}

const randomId = (prefix: Prefix): string => {
  let id: string = prefix
  while (id.length < prefix.length + length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(16))) {
      // 252 is the largest multiple of 36 in a byte: above it, some characters would come up more often.
      if (byte < 252 && id.length < prefix.length + length) id += alphabet[byte % 36]
    }
  }
  return id
}

/** Makes a token that nobody can guess: 256 random bits, in base64url. */
export const newToken = (): string =>
  btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(32))))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
