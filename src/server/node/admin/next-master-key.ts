import { existsSync, readFileSync } from 'node:fs'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import type { MasterKeySetting } from '#server/node/config.ts'
import { parseKmsEnvelope } from '#server/node/keys/aws-kms.ts'
import { createKeyText, type MasterKeySource, parseKeyText } from '#server/node/keys/master-key.ts'
import { nextKeyPath, writeNextKey } from '#server/node/keys/master-key-file.ts'
import { AdminError } from './admin-command.ts'

/**
 * Returns the next master key, stored where starts look for it. An existing one is reused: it was prepared, or an
 * interrupted rotation left it.
 */
export const prepareNextKey = async (
  setting: MasterKeySetting,
  source: MasterKeySource,
  { to }: { to?: string | undefined },
): Promise<Bytes> => {
  const known = await source.readNext()
  if (setting.from === 'environment') {
    if (to !== undefined) throw new AdminError('--to is for a master key in a file, and this one is in MASTER_KEY.')
    if (known) return known
    throw new AdminError(
      'The master key is in MASTER_KEY, which only you can change. Set MASTER_KEY_NEXT to a new key on every node and ' +
        'start them again, one after the other; then run this again with the same settings. ' +
        '“openssl rand -base64 32” prints a key.',
    )
  }
  if (known) {
    if (to === undefined || readFileSync(requireFile(to), 'utf8') === readFileSync(nextKeyPath(setting.path), 'utf8'))
      return known
    throw new AdminError(
      `There is a next master key in ${nextKeyPath(setting.path)} already, from a rotation that was prepared or cut ` +
        'short. Run this without --to to go on with it.',
    )
  }
  const { key, text } = to === undefined ? await createKey(setting) : await readKeyFile(requireFile(to))
  writeNextKey(setting.path, text)
  return key
}

const requireFile = (path: string): string => {
  if (existsSync(path)) return path
  throw new AdminError(`There is no file “${path}”. Leave --to out to have a new key made.`)
}

const readKeyFile = async (path: string): Promise<{ key: Bytes; text: string }> => {
  const text = readFileSync(path, 'utf8')
  return { key: await parseKeyText(text, `The master key in ${path}`), text }
}

/** Creates a key. With AWS KMS, it stays bound to the same installation as the previous key. */
const createKey = ({ path, kms }: { path: string; kms?: string | undefined }) => {
  const before = existsSync(path)
    ? parseKmsEnvelope(readFileSync(path, 'utf8'), `The master key in ${path}`)
    : undefined
  return createKeyText(kms, before?.installation)
}
