import { existsSync, readFileSync } from 'node:fs'
import { openMasterSeal } from '#server/crypto/master-seal.ts'
import { createVault, type Vault } from '#server/crypto/vault.ts'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { AdminError } from '#server/node/admin/admin-command.ts'
import { type Config, ConfigError, decodeMasterKey, type MasterKeySetting } from '#server/node/config.ts'
import { WrongMasterKey } from '#server/store/keys/installation.ts'
import { decryptKmsKey, generateKmsKey, parseKmsEnvelope } from './aws-kms.ts'
import { formatKeyText, nextKeyPath, writeKeyText } from './master-key-file.ts'
import { nodeCipher, nodeMac } from './node-crypto.ts'

/** Where an installation's master key comes from. Another key store is another implementation of this type. */
export type MasterKeySource = {
  /** Where the key is, for messages: “its master key …”. Never shows the key. */
  name: string
  /** Returns the key, or `undefined` when there is none. Throws {@link ConfigError} when the content is not a key. */
  read(): Promise<Bytes | undefined>
  /** Returns the key that a rotation changes to, or has just changed to. */
  readNext(): Promise<Bytes | undefined>
  /** Creates a key and never overwrites one. Missing when the source cannot store keys. */
  create?(): Promise<Bytes>
}

/** Returns the source that the settings name. */
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
    if (kms !== undefined && !parseKmsEnvelope(text, keyFileName(path)) && !existsSync(nextKeyPath(path)))
      throw plainKeyDespiteKms(path)
    return parseKeyText(text, keyFileName(path))
  },
  readNext: async () => {
    const next = nextKeyPath(path)
    return existsSync(next) ? parseKeyText(readFileSync(next, 'utf8'), keyFileName(next)) : undefined
  },
  create: async () => {
    const { key, text } = await createKeyText(kms)
    writeKeyText(path, text)
    return key
  },
})

const keyFileName = (path: string) => `The master key in ${path}`

/** Returns the key in a master key's file: a plain key, or one that AWS KMS decrypts. */
export const parseKeyText = async (text: string, name: string): Promise<Bytes> => {
  const sealed = parseKmsEnvelope(text, name)
  return sealed ? decryptKmsKey(sealed) : decodeMasterKey(text, name)
}

/** Creates a key and the text of its file. AWS KMS generates the key when `kms` names one of its keys. */
export const createKeyText = async (kms?: string, installation?: string): Promise<{ key: Bytes; text: string }> => {
  if (kms !== undefined) {
    const { key, envelope } = await generateKmsKey(kms, installation)
    return { key, text: `${JSON.stringify(envelope)}\n` }
  }
  const key = crypto.getRandomValues(new Uint8Array(32))
  return { key, text: formatKeyText(key) }
}

const plainKeyDespiteKms = (path: string) =>
  new ConfigError(
    `MASTER_KEY_KMS is set, but ${path} holds a master key as it is. Nothing was written. ` +
      'Run npm run admin -- rotate-master-key with these settings to have KMS keep a new one, or leave MASTER_KEY_KMS out.',
  )

/**
 * Finds the master key; `known` is the key check of an existing database. Creates a key only when there is no database:
 * a new key for old data would look like a normal start and lose the data. During a rotation, returns the current or
 * the next key, whichever belongs to the database. Throws {@link WrongMasterKey} when neither does.
 */
export const findMasterKey = async (source: MasterKeySource, known: Uint8Array | undefined): Promise<Bytes> => {
  const key = await source.read()
  if (!known) {
    const made = key ?? (await source.create?.())
    if (made) return made
  } else {
    if (key && (await belongsTo(key, known))) return key
    const next = await source.readNext()
    if (next && (await belongsTo(next, known))) return next
    if (key ?? next) throw new WrongMasterKey()
  }
  throw new ConfigError(
    `There is a database, but its master key ${source.name} is missing. Nothing was written. ` +
      'Put the file back, or name it with MASTER_KEY_FILE or MASTER_KEY. Who has its recovery kit can write the file ' +
      'again: npm run admin -- recovery-kit --restore FILE',
  )
}

const belongsTo = async (key: Bytes, known: Uint8Array) => (await openMasterSeal(key, nodeCipher)).passesKeyCheck(known)

/**
 * Opens the vault with the master key. The vault asks the source for a new key when the key is replaced while the
 * server runs.
 */
export const openVault = async (source: MasterKeySource, known: Uint8Array | undefined): Promise<Vault> =>
  createNodeVault(await findMasterKey(source, known), source)

/** Returns a vault of the source's key without checking what it belongs to; `undefined` when the source has no key. */
export const vaultFromSource = async (source: MasterKeySource): Promise<Vault | undefined> => {
  const key = (await source.read()) ?? (await source.readNext())
  return key && createNodeVault(key, source)
}

const createNodeVault = (key: Bytes, source: MasterKeySource): Promise<Vault> =>
  createVault(key, nodeCipher, nodeMac, cachedKeysOf(source))

/**
 * How long an answer of the source is cached, in milliseconds: not every row that fails to open should cause a read.
 */
const pause = 1000

const cachedKeysOf = (source: MasterKeySource): (() => Promise<readonly Bytes[]>) => {
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

/**
 * Returns a vault of the existing master key. Throws {@link AdminError} when there is none, and never creates a key.
 */
export const requireVault = async (setting: Config['masterKey']): Promise<Vault> => {
  const source = masterKeySource(setting)
  const vault = await vaultFromSource(source)
  if (vault) return vault
  throw new AdminError(
    `There is no master key ${source.name}. Nothing was done. Name its file with MASTER_KEY_FILE. Who has its recovery ` +
      'kit can write the file again: npm run admin -- recovery-kit --restore FILE',
  )
}
