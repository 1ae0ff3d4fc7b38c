import { existsSync, readFileSync } from 'node:fs'
import type { Bytes } from '../cipher.ts'
import { type Config, ConfigError, decodeKey } from './config.ts'
import { writeKeyFile } from './key-file.ts'

/** Where an installation's master key comes from. What keeps keys elsewhere, like a key service, is one more of these. */
export type MasterKeySource = {
  /** For messages, after “its master key”. Never shows the key. */
  name: string
  /** The key, or `undefined` when there is none. Throws {@link ConfigError} when what is there is no key. */
  read(): Promise<Bytes | undefined>
  /** Makes a key where there is none, and never overwrites one. Sources that cannot keep a key have none. */
  create?(): Promise<Bytes>
}

/** The source that the settings name. */
export const masterKeySource = (setting: Config['masterKey']): MasterKeySource =>
  setting.from === 'environment' ? environmentSource(setting.key) : fileSource(setting.path)

const environmentSource = (key: Bytes): MasterKeySource => ({ name: 'in MASTER_KEY', read: async () => key })

const fileSource = (path: string): MasterKeySource => ({
  name: path,
  read: async () => (existsSync(path) ? decodeKey(readFileSync(path, 'utf8'), `The master key in ${path}`) : undefined),
  create: async () => {
    const key = crypto.getRandomValues(new Uint8Array(32))
    writeKeyFile(path, key)
    return key
  },
})

/**
 * Finds the master key. One is made only while there is no data that another key might belong to: a new key beside old
 * data would look like a start and be a loss.
 */
export const takeMasterKey = async (source: MasterKeySource, hasData: boolean): Promise<Bytes> => {
  const known = await source.read()
  if (known) return known
  if (!hasData && source.create) return source.create()
  throw new ConfigError(
    `There is a database, but its master key ${source.name} is missing. Nothing was written. ` +
      'Put the file back, or name it with MASTER_KEY_FILE or MASTER_KEY. Who has its recovery kit can write the file ' +
      'again: npm run admin -- recovery-kit --restore FILE',
  )
}
