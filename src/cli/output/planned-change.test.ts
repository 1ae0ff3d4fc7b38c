import { beforeAll, describe, expect, it } from 'vitest'
import { type CliServer, startCliServer } from '#cli/testing/cli-server.ts'
import { startPiped } from '#cli/testing/piped.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { startProxy, type Way } from '#cli/testing/test-proxy.ts'

let server: CliServer
let key: string
beforeAll(async () => {
  server = await startCliServer()
  key = await server.key({ access: ['manage'] })
})

const setsValue = (method: string, path: string) => method === 'PUT' && !path.includes('dryRun')
const versionOf = async (name: string) =>
  (await server.request<{ version: number }>('GET', `/v1/teams/-/secrets/${name}`)).json.version

/** Returns the environment for a proxy that makes another change once, during the write of a value. */
const withRace = async (race: () => Promise<unknown>) => {
  let isDone = false
  const address = await startProxy(server.address, async (method, path): Promise<Way> => {
    if (setsValue(method, path) && !isDone) {
      isDone = true
      await race()
    }
    return 'on'
  })
  return { ...server.env(key), PAPERSPACE_CONFIG_HOST: address }
}

describe('a change that is based on a plan', () => {
  it('is not made after another change, and shows the new plan', async () => {
    await server.set(server.team, { RACED: 'x' })
    const before = (
      await runInProcess(['secrets', 'set', 'team', '--name', 'RACED', '--expect-affected', '0'], {
        env: server.env(key),
        input: 'y',
      })
    ).stderr
    const affected = /(\d+) pairs? (?:is|are) affected/.exec(before)?.[1] ?? ''
    const env = await withRace(() => server.scope('project', 'new one'))
    const args = ['secrets', 'set', 'team', '--name', 'RACED', '--expect-affected', affected]
    const { code, stdout, stderr } = await runInProcess(args, { env, input: 'y' })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('Meanwhile something else has changed.')
    expect(stderr).toContain(`All ${Number(affected) + 1} pairs of project and cluster get the new value.`)
    expect(await versionOf('RACED')).toBe(1)
  })

  it('is asked about again on a terminal, and keeps the typed value', async () => {
    await server.set(server.team, { ASKED: 'x' })
    const env = await withRace(() => server.scope('project', 'another'))
    const { screen, type, ended } = startOnTerminal(['secrets', 'set', 'team', '--name', 'ASKED'], {
      env,
      columns: 200,
    })
    await screen.until('Replace it? [y/N]')
    type('y\r')
    await screen.until('Value: ')
    const seen = screen.text().length
    type('typed once\r')
    await screen.until('Replace it? [y/N]', seen)
    type('y\r')
    expect(await ended).toBe(0)
    expect(screen.text()).toContain("Set team secret 'ASKED'")
    expect(await versionOf('ASKED')).toBe(2)
  })

  it('is made without a plan in a script without --expect-affected', async () => {
    await server.set(server.team, { SCRIPTED: 'x' })
    const asked: string[] = []
    const address = await startProxy(server.address, (method, path) => {
      asked.push(`${method} ${path.split('?')[0]} ${path.includes('dryRun')}`)
      return 'on'
    })
    const env = { ...server.env(key), PAPERSPACE_CONFIG_HOST: address }
    await runInProcess(['secrets', 'set', 'team', '--name', 'SCRIPTED'], { env, input: 'y' })
    await runInProcess(['secrets', 'delete', 'team', '--name', 'SCRIPTED'], { env })
    expect(asked).toEqual(['PUT /v1/teams/-/secrets/SCRIPTED false', 'DELETE /v1/teams/-/secrets/SCRIPTED false'])
  })

  it('is not made after a no', async () => {
    await server.set(server.team, { KEPT: 'x' })
    const env = server.env(key)
    const set = await runInProcess(['secrets', 'set', 'team', '--name', 'KEPT', '--value', 'y'], { env, answer: false })
    const deleted = await runInProcess(['secrets', 'delete', 'team', '--name', 'KEPT'], { env, answer: false })
    expect([set.code, deleted.code, await versionOf('KEPT')]).toEqual([1, 1, 1])
    expect(set.asked).toEqual(['“KEPT” exists: Ada Lovelace set it just now. Replace it?'])
  })

  it('is refused by --if-absent when the secret exists', async () => {
    await server.set(server.team, { THERE: 'x' })
    const env = server.env(key)
    for (const more of [[], ['--expect-affected', '1']]) {
      const args = ['secrets', 'set', 'team', '--name', 'THERE', '--if-absent', '--value', 'y', ...more]
      const { code, stderr } = await runInProcess(args, { env })
      expect(code).toBe(1)
      expect(stderr).toContain('“THERE” exists already: Ada Lovelace set it just now. Nothing was changed.')
    }
    expect(await versionOf('THERE')).toBe(1)
    expect(
      (await runInProcess(['secrets', 'set', 'team', '--name', 'NEW', '--if-absent', '--value', 'y'], { env })).code,
    ).toBe(0)
  })
})

it('reports a write without a response as unknown, and does not retry it', async () => {
  let times = 0
  const address = await startProxy(server.address, (method) => {
    if (method === 'PUT') times++
    return method === 'PUT' ? 'answer lost' : 'on'
  })
  const env = { ...server.env(key), PAPERSPACE_CONFIG_HOST: address }
  const { code, stderr } = await runInProcess(['secrets', 'set', 'team', '--name', 'LOST'], { env, input: 'y' })
  expect([code, times]).toEqual([69, 1])
  expect(stderr).toContain('Whether it took the change is not known')
})

it('lists the items of all pages', async () => {
  const names = Array.from({ length: 250 }, (_, at) => `N${String(at).padStart(3, '0')}`)
  const scope = await server.scope('project', 'large')
  await server.set(scope, Object.fromEntries(names.map((name) => [name, 'x'])))
  const env = server.env(key)
  const { stdout } = await runInProcess(['secrets', 'list', 'project', '--id', scope.id, '--json'], { env })
  expect(JSON.parse(stdout).map(({ name }: { name: string }) => name)).toEqual(names)
  const table = await runInProcess(['secrets', 'list', 'project', '--id', scope.id], { env })
  expect(table.stdout.split('\n').length).toBe(250 + 4 + 1)
})

it('ends without an error when its reader closes the pipe', async () => {
  const { child, stderr, ended } = startPiped(['secrets', 'list', 'team'], { env: server.env(key) })
  child.stdout?.destroy()
  expect([await ended, stderr.text()]).toEqual([0, ''])
})

it.each([
  ['that is made up', 'gsec_000000000000000000000000000000000000'],
  ['that is of the old service', 'e3b0c44298fc1c149afbf4c8996fb9'],
])('reports that a key %s is refused', async (_, wrong) => {
  const { code, stderr } = await runInProcess(['secrets', 'list', 'team'], { env: server.env(wrong) })
  expect(code).toBe(77)
  expect(stderr).toContain('Run “gradient login” to get another key.')
})

it('reports a revoked key, and a missing permission', async () => {
  const { json } = await server.request<{ id: string; key: string }>('POST', '/v1/api-keys', { name: 'short' })
  const env = server.env(json.key)
  expect((await runInProcess(['secrets', 'list', 'team'], { env })).code).toBe(0)
  await server.request('DELETE', `/v1/api-keys/${json.id}`)
  expect((await runInProcess(['secrets', 'list', 'team'], { env })).code).toBe(77)
  const runs = server.env(await server.key({ access: ['run'] }))
  expect((await runInProcess(['secrets', 'list', 'team'], { env: runs })).code).toBe(77)
})
