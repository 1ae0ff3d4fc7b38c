import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { requestSender } from '#server/testing/app/send-request.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { Trashed } from '#shared/trash.ts'

/** Starts a server with a signed-in owner, and returns ways to look into its files. */
const startHere = async () => {
  const folder = newTemporaryFolder()
  const server = await startTestServer({ DATA_DIR: folder })
  const cookie = sessionCookie(await server.setUp())
  const request = requestSender({ request: async (path, init) => fetch(`${server.address}${path}`, init) }, cookie)
  const path = join(folder, 'secrets.db')
  const sealed = (table: 'secret_version' | 'trash_version'): Buffer[] => {
    const database = new DatabaseSync(path, { readOnly: true })
    const rows = database.prepare(`select sealed from ${table} order by version`).all()
    database.close()
    return rows.map((row) => Buffer.from(row.sealed as Uint8Array))
  }
  const isInFiles = (bytes: Buffer): boolean =>
    readdirSync(folder).some((name) => readFileSync(join(folder, name)).includes(bytes))
  return { request, sealed, isInFiles, secret: '/v1/teams/gradient-next/secrets/A' }
}

it('purging a version removes it from all files of the running server, and no other version', async () => {
  const { request, sealed, isInFiles, secret } = await startHere()
  for (const value of ['first', 'second', 'third']) await request('PUT', secret, { value })
  const [first, second, third] = sealed('secret_version') as [Buffer, Buffer, Buffer]
  expect([first, second, third].map(isInFiles)).toEqual([true, true, true])
  expect((await request('DELETE', `${secret}/versions/2`)).status).toBe(200)
  expect([first, second, third].map(isInFiles)).toEqual([true, false, true])
})

it('purging a secret from the trash removes it from all files', async () => {
  const { request, sealed, isInFiles, secret } = await startHere()
  for (const value of ['first', 'second']) await request('PUT', secret, { value })
  const { json } = await request<{ trashed: Trashed }>('DELETE', secret)
  const all = sealed('trash_version')
  expect(all.map(isInFiles)).toEqual([true, true])
  const purged = await request('DELETE', `/v1/teams/gradient-next/trash/${json.trashed.id}`)
  expect([purged.status, all.map(isInFiles)]).toEqual([200, [false, false]])
})
