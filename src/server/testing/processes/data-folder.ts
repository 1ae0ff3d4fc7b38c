import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { startServerProcess } from './server-process.ts'
import { folderContent, newTemporaryFolder } from './temporary-folder.ts'
import { firstAccount, sessionCookie } from './test-server.ts'

/** How a server was ended: in order, or in the midst of what it did. */
export type ShutdownSignal = 'SIGTERM' | 'SIGKILL'

/** The path of a data folder that is not there yet. */
export const newDataFolder = (): string => join(newTemporaryFolder(), 'data')

/** Starts a server for the first time, sets it up, stores a secret and ends it; returns a maker of copies of what is left. */
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
 * What is in a data folder, but for SQLite's index of its log: that holds no data, and whoever opens the database first
 * after a crash builds it anew.
 */
export const dataFolderContent = (folder: string): Record<string, string> => {
  const { 'secrets.db-shm': _, ...content } = folderContent(folder)
  return content
}
