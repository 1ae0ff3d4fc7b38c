import { join } from 'node:path'
import type { Settings, SharedOptions } from '#cli/context.ts'
import type { Io } from '#cli/io.ts'
import { printable } from '#cli/output/printable.ts'
import { readKeyFile } from './key-file.ts'
import { parseAddress } from './server-address.ts'

/** Default address of a server. */
const defaultAddress = 'http://127.0.0.1:8300'

/** Returns the path of the key file. */
export const keyFileOf = ({ home }: Pick<Io, 'home'>): string => join(home, '.paperspace', 'config.json')

/**
 * Returns the address and the key. Options override the environment, which overrides the key file. The file is read
 * only when needed.
 */
export const readSettings = async (io: Io, options: SharedOptions): Promise<Settings> => {
  const { PAPERSPACE_CONFIG_HOST: host, PAPERSPACE_API_KEY: key } = io.env
  const file = keyFileOf(io)
  const apiKey = options.apiKey || key
  if (apiKey && host) return { address: parseAddress(host, 'PAPERSPACE_CONFIG_HOST'), apiKey: apiKey.trim(), file }

  const { content, readableByOthers } = await readKeyFile(file)
  if (readableByOthers && !apiKey && content.apiKey) {
    const shown = printable(file)
    io.note(`Others on this machine can read your key in “${shown}”. Run: chmod 600 '${shown}'`)
  }
  return {
    address: host
      ? parseAddress(host, 'PAPERSPACE_CONFIG_HOST')
      : parseAddress(content.host || defaultAddress, '“host” in the key file'),
    apiKey: (apiKey || content.apiKey)?.trim() || undefined,
    file,
  }
}
