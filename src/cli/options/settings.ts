import { join } from 'node:path'
import type { SharedOptions } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { printable } from '#cli/output/printable.ts'
import { bindKey, readKeyFile, type StoredKeys } from './key-file.ts'
import { parseAddress, requireEncryption } from './server-address.ts'

/** Default address of a server. */
const defaultAddress = 'http://127.0.0.1:8300'

/** Returns the path of the key file. */
export const keyFileOf = ({ home }: Pick<Io, 'home'>): string => join(home, '.paperspace', 'config.json')

/** Returns the address of the server in effect. The environment overrides the key file. */
export const addressInEffect = ({ env }: Pick<Io, 'env'>, { host }: Pick<StoredKeys, 'host'>): string => {
  const given = env.PAPERSPACE_CONFIG_HOST
  return given
    ? parseAddress(given, 'PAPERSPACE_CONFIG_HOST')
    : parseAddress(host ?? defaultAddress, '“host” in the key file')
}

/** The server to talk to, without a trailing slash, and the key for it. */
type Connection = { address: string; apiKey: string }

/**
 * Returns the server to talk to and its key. Options override the environment, which overrides the key file, which is
 * read only when needed. A key of the file is used for its own server only. Throws {@link CommandError} when there is
 * none, with the way to sign in, and when the key would travel unencrypted.
 */
export const connectionOf = async (io: Io, options: SharedOptions): Promise<Connection> => {
  const { PAPERSPACE_CONFIG_HOST: host, PAPERSPACE_API_KEY: key } = io.env
  const given = (options.apiKey || key)?.trim()
  const file = keyFileOf(io)
  const stored = given && host ? undefined : await readKeyFile(file)
  const address = addressInEffect(io, stored ?? { host: undefined })
  requireEncryption(address, options.insecure)
  if (given || !stored) return { address, apiKey: requireKey(given, address) }

  const own = stored.keys.get(address)
  const apiKey = requireKey(own ?? stored.unbound, address, stored)
  if (stored.readableByOthers) {
    const shown = printable(file)
    io.note(`Others on this machine can read your key in “${shown}”. Run: chmod 600 '${shown}'`)
  }
  if (own === undefined) await bind(io, file, { address, apiKey })
  return { address, apiKey }
}

const requireKey = (apiKey: string | undefined, address: string, stored?: StoredKeys): string => {
  if (apiKey) return apiKey
  const others = [...(stored?.keys.keys() ?? [])]
  if (others.length === 0) {
    const hint = 'Run “gradient login”, or set PAPERSPACE_API_KEY to a key.'
    throw new CommandError(exitCodes.denied, 'There is no API key.', { hint })
  }
  const shown = printable(address)
  const listed = others.map((one) => `“${printable(one)}”`).join(', ')
  throw new CommandError(exitCodes.denied, `There is no API key for “${shown}”. The key file has one for ${listed}.`, {
    hint: `Run “gradient login ${shown}”, or “gradient apiKey” with PAPERSPACE_CONFIG_HOST set to it.`,
  })
}

/** Binds a key without an address to the server that it is first sent to. */
const bind = async (io: Io, file: string, connection: Connection): Promise<void> => {
  const shown = printable(connection.address)
  try {
    await bindKey(file, connection)
    io.note(`The key in the key file is for “${shown}” from now on. Others get a key by “gradient login ADDRESS”.`)
  } catch (error) {
    // A file that cannot be written, such as one of a container, is no reason to do nothing.
    if (!(error instanceof CommandError)) throw error
    io.note(`The key was not bound to “${shown}”. ${error.message}`)
  }
}
