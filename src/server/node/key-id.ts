import type { Vault } from '#server/vault.ts'

/** A short name of a master key, which tells nothing about it: for seeing which key a kit or a server is of. */
export const keyIdOf = async (vault: Pick<Vault, 'derive'>): Promise<string> => {
  const hex = Buffer.from(await vault.derive('key id'), 'base64url').toString('hex')
  return `${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8, 12)}`
}
