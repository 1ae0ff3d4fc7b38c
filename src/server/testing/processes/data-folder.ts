import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { startServerProcess } from './server-process.ts'
import { folderContent, newTemporaryFolder } from './temporary-folder.ts'
import { firstAccount, sessionCookie } from './test-server.ts'

/** How a server was ended: gracefully, or killed. */
export type ShutdownSignal = 'SIGTERM' | 'SIGKILL'

/** Returns the path of a data folder that does not exist yet. */
export const newDataFolder = (): string => join(newTemporaryFolder(), 'data')

/**
 * Starts a server, sets it up, stores a secret and ends it. Returns a function that copies the resulting data folder.
 */
export const usedDataFolder = async (ending: ShutdownSignal): Promise<() => string> => {
  const original = newDataFolder()
  const server = startServerProcess({ DATA_DIR: original, SETUP_TOKEN: firstAccount.token })
  const cookie = sessionCookie(await server.request('POST', '/v1/setup', firstAccount))
  await server.request('PUT', '/v1/teams/gradient-next/secrets/A', { value: 'x' }, cookie)
  server.kill(ending)
  await server.ended
  return () => {
    const copy = newDataFolder()
    cpSync(original, copy, { recursive: true, preserveTimestamps: true })
    return copy
  }
}

/**
 * Describes the files of a data folder, except SQLite's shared-memory file: it has no data, and the first process that
 * opens the database after a crash rebuilds it.
 */
export const dataFolderContent = (folder: string): Record<string, string> => {
  const { 'secrets.db-shm': _, ...content } = folderContent(folder)
  return content
}
