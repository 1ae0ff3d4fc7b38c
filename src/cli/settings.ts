import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings, Shared } from './context.ts'
import type { Io } from './io.ts'

/** Where a server listens that was started with no settings. */
const defaultAddress = 'http://127.0.0.1:8300'

/** Finds the address and the key: options, then the environment, then the key file. */
export const readSettings = async ({ env, home }: Io, given: Shared): Promise<Settings> => {
  const file = join(home, '.paperspace', 'config.json')
  const kept = (await readFile(file, 'utf8').then(JSON.parse, () => ({}))) as { apiKey?: string; host?: string }
  return {
    address: (env.PAPERSPACE_CONFIG_HOST || kept.host || defaultAddress).replace(/\/+$/, ''),
    apiKey: given.apiKey || env.PAPERSPACE_API_KEY || kept.apiKey || undefined,
    file,
  }
}
