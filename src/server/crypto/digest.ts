/** SHA-256 of a text's UTF-8, in hex. */
export type Sha256 = (text: string) => string | Promise<string>

/** By the standard of the web, wherever the server runs. */
export const webSha256: Sha256 = async (text) => {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
