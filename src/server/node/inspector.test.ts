import { expect, it } from 'vitest'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'

it('the signal by which Node opens its inspector opens none', async () => {
  const server = startServerProcess({ DATA_DIR: newDataFolder() })
  await server.ready
  server.kill('SIGUSR1')
  // Two turns of the event loop of the server, at least.
  for (let count = 0; count < 2; count++) expect((await server.request('GET', '/v1/setup')).status).toBe(200)
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  expect(server.stderr()).not.toContain('Debugger')
})
