import { cleanUp } from '#server/testing/clean-up.ts'
import { type ServerProcess, spawnServer } from './spawn-server.ts'

export type { ServerProcess } from './spawn-server.ts'

/** Starts a server process like {@link spawnServer}, and kills it when the test ends. */
export const startServerProcess = (settings: Record<string, string>): ServerProcess => {
  const server = spawnServer(settings)
  cleanUp(() => {
    server.kill('SIGKILL')
    return server.ended
  })
  return server
}
