import { cpSync } from 'node:fs'
import { newDataFolder } from './data-folder.ts'
import { type SessionHeaders, sessionCookie, startTestServer, type TestServer } from './test-server.ts'

/** A server with its first account, and the cookie of a session. */
export type SetUpServer = { server: TestServer; folder: string; cookie: SessionHeaders }

/**
 * Sets up a server once. Returns a function that starts servers on copies of its data, which saves migrations and
 * password hashing.
 */
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
