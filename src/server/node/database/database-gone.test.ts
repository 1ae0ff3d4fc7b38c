import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'

const secrets = '/v1/teams/gradient-next/secrets'

/** A server with one secret, and the folder of its database. */
const runningServer = async () => {
  const folder = newDataFolder()
  const server = await startTestServer({ DATA_DIR: folder })
  const session = sessionCookie(await server.setUp())
  const set = (name: string) => server.request<Failure>('PUT', `${secrets}/${name}`, { value: 'x' }, session)
  expect((await set('A')).status).toBe(201)
  const ready = async () => {
    const { status, text } = await server.request('GET', '/readyz')
    return { status, text }
  }
  expect(await ready()).toEqual({ status: 200, text: 'ready\n' })
  return { folder, set, ready, list: () => server.request('GET', secrets, undefined, session) }
}

describe('while the server runs', () => {
  it.each([
    ['the data folder', (folder: string) => rmSync(folder, { recursive: true })],
    ['the database file', (folder: string) => rmSync(join(folder, 'secrets.db'))],
    ['the write-ahead log', (folder: string) => rmSync(join(folder, 'secrets.db-wal'))],
  ])('removing %s makes it not ready, and sets are refused', async (_what, remove) => {
    const { folder, set, ready, list } = await runningServer()
    remove(folder)
    for (let count = 0; count < 2; count++) {
      const { status, json } = await set('B')
      expect([status, json.code]).toEqual([503, 'UNAVAILABLE'])
      expect(json.message).toMatch(/file of the database was removed or replaced/)
    }
    expect(await ready()).toEqual({ status: 503, text: expect.stringMatching(/file of the database was removed/) })
    expect((await list()).text).not.toContain('"B"')
  })

  it('a data folder that comes back is used again', async () => {
    const { folder, set, ready } = await runningServer()
    renameSync(folder, `${folder}-away`)
    expect((await set('B')).status).toBe(503)
    renameSync(`${folder}-away`, folder)
    expect((await set('B')).status).toBe(201)
    expect((await ready()).status).toBe(200)
  })
})
