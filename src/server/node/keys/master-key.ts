import { existsSync, readFileSync } from 'node:fs'
import type { Bytes } from '#server/crypto/cipher.ts'
import { openMasterSeal } from '#server/crypto/master-seal.ts'
import { createVault, type Vault } from '#server/crypto/vault.ts'
import { AdminError } from '#server/node/admin/admin-command.ts'
import { type Config, ConfigError, decodeMasterKey, type MasterKeySetting } from '#server/node/config.ts'
import { WrongMasterKey } from '#server/store/keys/installation.ts'
import { decryptKmsKey, generateKmsKey, parseKmsEnvelope } from './aws-kms.ts'
import { formatKeyText, nextKeyPath, writeKeyText } from './master-key-file.ts'
import { nodeCipher, nodeMac } from './node-crypto.ts'

/** Where an installation's master key comes from. What keeps keys elsewhere, like a key service, is one more of these. */
export type MasterKeySource = {
  /** For messages, after “its master key”. Never shows the key. */
  name: string
  /** The key, or `undefined` when there is none. Throws {@link ConfigError} when what is there is no key. */
  read(): Promise<Bytes | undefined>
  /** The key that a rotation is about to bring into use, or has just brought into use. */
  readNext(): Promise<Bytes | undefined>
  /** Makes a key where there is none, and never overwrites one. Sources that cannot keep a key have none. */
  create?(): Promise<Bytes>
}

/** The source that the settings name. */
export const masterKeySource = (setting: MasterKeySetting): MasterKeySource =>
  setting.from === 'environment' ? environmentSource(setting) : fileSource(setting)

const environmentSource = ({ key, next }: { key: Bytes; next?: Bytes | undefined }): MasterKeySource => ({
  name: 'in MASTER_KEY',
  read: async () => key,
  readNext: async () => next,
})

const fileSource = ({ path, kms }: { path: string; kms?: string | undefined }): MasterKeySource => ({
  name: path,
  read: async () => {
    if (!existsSync(path)) return undefined
    const text = readFileSync(path, 'utf8')
    if (kms !== undefined && !parseKmsEnvelope(text, nameOf(path)) && !existsSync(nextKeyPath(path)))
      throw plainBesideKms(path)
    return parseKeyText(text, nameOf(path))
  },
  readNext: async () => {
    const next = nextKeyPath(path)
    return existsSync(next) ? parseKeyText(readFileSync(next, 'utf8'), nameOf(next)) : undefined
  },
  create: async () => {
    const { key, text } = await createKeyText(kms)
    writeKeyText(path, text)
    return key
  },
})

const nameOf = (path: string) => `The master key in ${path}`

/** The key that a master key's file holds: as it is, or as an envelope that AWS KMS opens. */
export const parseKeyText = async (text: string, name: string): Promise<Bytes> => {
  const sealed = parseKmsEnvelope(text, name)
  return sealed ? decryptKmsKey(sealed) : decodeMasterKey(text, name)
}

/** Makes a key, with what its file is to hold: made by AWS KMS when one of its keys is named. */
export const createKeyText = async (kms?: string, installation?: string): Promise<{ key: Bytes; text: string }> => {
  if (kms !== undefined) {
    const { key, envelope } = await generateKmsKey(kms, installation)
    return { key, text: `${JSON.stringify(envelope)}\n` }
  }
  const key = crypto.getRandomValues(new Uint8Array(32))
  return { key, text: formatKeyText(key) }
}

const plainBesideKms = (path: string) =>
  new ConfigError(
    `MASTER_KEY_KMS is set, but ${path} holds a master key as it is. Nothing was written. ` +
      'Run npm run admin -- rotate-master-key with these settings to have KMS keep a new one, or leave MASTER_KEY_KMS out.',
  )

/**
 * Finds the master key; `known` is the key check of a database that exists. One is made only while there is no data that
 * another key might belong to: a new key beside old data would look like a start and be a loss. In the midst of a
 * rotation it is the next one or the one before, whichever the database belongs to. Throws {@link WrongMasterKey} when
 * it is neither.
 */
export const findMasterKey = async (source: MasterKeySource, known: Uint8Array | undefined): Promise<Bytes> => {
  const key = await source.read()
  if (!known) {
    const made = key ?? (await source.create?.())
    if (made) return made
  } else {
    if (key && (await passes(key, known))) return key
    const next = await source.readNext()
    if (next && (await passes(next, known))) return next
    if (key ?? next) throw new WrongMasterKey()
  }
  throw new ConfigError(
    `There is a database, but its master key ${source.name} is missing. Nothing was written. ` +
      'Put the file back, or name it with MASTER_KEY_FILE or MASTER_KEY. Who has its recovery kit can write the file ' +
      'again: npm run admin -- recovery-kit --restore FILE',
  )
}

const passes = async (key: Bytes, known: Uint8Array) => (await openMasterSeal(key, nodeCipher)).passesKeyCheck(known)

/** Opens the vault with the master key. When that is replaced while the server runs, it asks the source for the new one. */
export const openVault = async (source: MasterKeySource, known: Uint8Array | undefined): Promise<Vault> =>
  vaultOf(await findMasterKey(source, known), source)

/** A vault of a key that the source holds, whatever it is for, or `undefined` when it holds none. */
export const vaultFromSource = async (source: MasterKeySource): Promise<Vault | undefined> => {
  const key = (await source.read()) ?? (await source.readNext())
  return key && vaultOf(key, source)
}

const vaultOf = (key: Bytes, source: MasterKeySource): Promise<Vault> =>
  createVault(key, nodeCipher, nodeMac, keysByNow(source))

/** How long an answer of the source stands, in milliseconds: a row that does not open is not a reason to ask each time. */
const pause = 1000

const keysByNow = (source: MasterKeySource): (() => Promise<readonly Bytes[]>) => {
  let answered: { at: number; keys: Promise<Bytes[]> } | undefined
  const none = () => undefined
  const ask = async () => {
    const keys = await Promise.all([source.readNext().catch(none), source.read().catch(none)])
    return keys.filter((key) => key !== undefined)
  }
  return () => {
    if (!answered || performance.now() - answered.at > pause) answered = { at: performance.now(), keys: ask() }
    return answered.keys
  }
}

/** A vault of the master key that there is. No key is made: what is asked for is about data that has one. */
export const requireVault = async (setting: Config['masterKey']): Promise<Vault> => {
  const source = masterKeySource(setting)
  const vault = await vaultFromSource(source)
  if (vault) return vault
  throw new AdminError(
    `There is no master key ${source.name}. Nothing was done. Name its file with MASTER_KEY_FILE. Who has its recovery ` +
      'kit can write the file again: npm run admin -- recovery-kit --restore FILE',
  )
}
