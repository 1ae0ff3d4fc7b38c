import { cleanUp } from '#server/testing/clean-up.ts'
import { type ServerProcess, spawnServer } from './spawn-server.ts'

export type { ServerProcess } from './spawn-server.ts'

/** Starts the server as {@link spawnServer} does, for as long as the test lasts. */
export const startServerProcess = (settings: Record<string, string>): ServerProcess => {
  const server = spawnServer(settings)
  cleanUp(() => {
    server.kill('SIGKILL')
    return server.ended
  })
  return server
}
