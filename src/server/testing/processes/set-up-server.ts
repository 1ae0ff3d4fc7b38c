import { cpSync } from 'node:fs'
import { newDataFolder } from './data-folder.ts'
import { sessionCookie, startTestServer, type TestServer } from './test-server.ts'

/** A server with its first account, whose session the cookie is of. */
export type SetUpServer = { server: TestServer; folder: string; cookie: { cookie: string } }

/** Sets one up, and returns a maker of servers that begin where it was then: tables and a password take their time. */
export const prepareSetUpServer = async (): Promise<() => Promise<SetUpServer>> => {
  const original = newDataFolder()
  const first = await startTestServer({ DATA_DIR: original })
  const cookie = sessionCookie(await first.setUp())
  await first.stop()
  return async () => {
    const folder = newDataFolder()
    cpSync(original, folder, { recursive: true, preserveTimestamps: true })
    return { server: await startTestServer({ DATA_DIR: folder }), folder, cookie }
  }
}
