import { expect, it } from 'vitest'
import { openClient } from '#cli/http/open-client.ts'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { startProxy } from '#cli/testing/test-proxy.ts'
import { findPair } from './find-pair.ts'

const server = await startCliServer()
const key = await server.key()
const client = openClient(server.address, key)
const web = await server.scope('project', 'web')
const gpu = await server.scope('cluster', 'gpu-1')

it('finds a project and a cluster by their exact names', async () => {
  await server.scope('project', 'my web')
  expect(await findPair(client, { project: 'web', cluster: 'gpu-1' })).toEqual({
    pair: { projectId: web.id, clusterId: gpu.id },
  })
  expect(await findPair(client, {})).toEqual({ pair: {} })
})

it('uses a text in the form of an ID without a request', async () => {
  const nowhere = openClient('http://127.0.0.1:1', key)
  expect(await findPair(nowhere, { project: 'pr0123456789' })).toEqual({ pair: { projectId: 'pr0123456789' } })
})

it('uses a word in the form of an ID as a name, unless the ID exists', async () => {
  const { id } = await server.scope('project', 'presentation')
  expect(await findPair(client, { project: 'presentation' })).toEqual({ pair: { projectId: id } })
  await expect(findPair(client, { project: 'productivity' })).rejects.toThrow('There is no project “productivity”.')
  const runsOnly = openClient(server.address, await server.key({ access: ['run'] }))
  expect(await findPair(runsOnly, { project: 'prabcdefghij' })).toEqual({ pair: { projectId: 'prabcdefghij' } })
})

it('finds a name after more than a page of longer ones', async () => {
  for (let at = 0; at < 130; at++) await server.scope('cluster', `a-node-${at}`)
  const { id } = await server.scope('cluster', 'node')
  expect(await findPair(client, { cluster: 'node' })).toEqual({ pair: { clusterId: id } })
})

it('refuses an ambiguous name, and prints both IDs', async () => {
  const ids = [await server.scope('project', 'twin'), await server.scope('project', 'twin')].map(({ id }) => id)
  const { code, stderr } = await runInProcess(['env', '--project', 'twin'], { env: server.env(key) })
  expect(code).toBe(64)
  for (const id of ids) expect(stderr).toContain(id)
})

it.each([
  ['nothing', '', 64, '“--project” is empty.'],
  ['white space', ' ', 64, '“--project” is empty.'],
  ['other capitals', 'WEB', 78, 'There is no project “WEB”.'],
  ['a part of a name', 'we', 78, 'There is no project “we”.'],
  ['the ID of a cluster', gpu.id, 78, `There is no project “${gpu.id}”.`],
  ['a path', '../clusters', 78, 'There is no project “../clusters”.'],
  ['escapes', '\u001b[31m', 78, 'There is no project “\\u001b[31m”.'],
  ['more than any name has', 'x'.repeat(5000), 78, 'There is no project “'],
])('refuses %s', async (_, project, code, message) => {
  const ended = await runInProcess(['env', '--project', project], { env: server.env(key) })
  expect(ended).toMatchObject({ code, stdout: '' })
  expect(ended.stderr).toContain(message)
  expect(ended.stderr.length).toBeLessThan(500)
})

it('sends no more requests than needed to find a name', async () => {
  const asked: string[] = []
  const address = await startProxy(server.address, (_, path) => {
    asked.push(path)
    return 'on'
  })
  await findPair(openClient(address, key), { project: 'web', cluster: gpu.id })
  expect(asked).toEqual(['/v1/projects?limit=120&q=web'])
})
