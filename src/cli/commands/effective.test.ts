import { describe, expect, it } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { runPiped } from '#cli/testing/piped.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'

const server = await startCliServer()
const env = server.env(await server.key())
const run = (...args: string[]) => runInProcess(args, { env })

const web = await server.scope('project', 'web')
const gpu = await server.scope('cluster', 'gpu-1')
await server.set(server.team, { DB_PASSWORD: 'canary', SHARED: 'canary', PATH: 'canary', 'my-key': 'canary' })
await server.set(gpu, { DB_PASSWORD: 'canary' })
await server.set(web, { DB_PASSWORD: 'old canary', ONLY_WEB: 'canary' })
await server.set(web, { DB_PASSWORD: 'canary' })

describe('explain', () => {
  it('prints the trace, strongest first', async () => {
    const { code, stdout, stderr } = await run('explain', 'DB_PASSWORD', '--project', 'web', '--cluster', gpu.id)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toEqual([
      'DB_PASSWORD in project web on cluster gpu-1',
      '  project web          version 2   wins',
      '  cluster gpu-1        version 1   overridden',
      '  team Gradient Next   version 1   overridden',
      '',
    ])
  })

  it('explains the team when neither project nor cluster is given', async () => {
    expect((await run('explain', 'SHARED')).stdout).toContain('SHARED in team Gradient Next\n')
  })

  it('ends with 78 for a name that is not set, and prints the trace and similar names', async () => {
    const { code, stdout, stderr } = await run('explain', 'db-pasword', '--project', 'web')
    expect(code).toBe(78)
    expect(stdout).toContain('  project web          not set\n')
    expect(stderr).toBe('“db-pasword” is set nowhere.\nDid you mean “DB_PASSWORD”?\n')
    const { code: json, stdout: data } = await run('explain', 'NOTHING_LIKE_IT', '--json')
    expect([json, JSON.parse(data)]).toMatchObject([78, { winner: null, overridden: [] }])
  })

  it('suggests only names that are set for the pair', async () => {
    expect((await run('explain', 'ONLY_WEBB')).stderr).not.toContain('ONLY_WEB”')
    expect((await run('explain', 'ONLY_WEBB', '--project', 'web')).stderr).toContain('“ONLY_WEB”')
  })

  it.each([
    ['white space', 'my key'],
    ['a path', '../teams'],
    ['escapes', '\u001b[31mA'],
    ['more than any name has', 'x'.repeat(5000)],
    ['nothing', ''],
  ])('refuses a name of %s', async (_, name) => {
    const { code, stdout, stderr } = await run('explain', name)
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).not.toContain('\u001b')
    expect(stderr.length).toBeLessThan(500)
  })

  it('ends with 77 for a key that only runs workloads, with 69 without a server and with 77 without a key', async () => {
    const runsOnly = server.env(await server.key({ access: ['run'] }))
    const args = ['explain', 'SHARED', '--project', web.id]
    const denied = await runInProcess(args, { env: runsOnly })
    expect(denied).toMatchObject({ code: 77, stdout: '' })
    expect(denied.stderr).toContain('The API key “test” is not made for this.')
    const byName = await runInProcess(['env', '--project', 'web'], { env: runsOnly })
    expect([byName.code, byName.stderr]).toEqual([77, expect.stringContaining('look up no names: give the ID.')])
    expect((await runInProcess(args, { env: { ...env, PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:1' } })).code).toBe(69)
    expect((await runInProcess(args)).code).toBe(77)
  })

  it('prints the same from a process of its own', async () => {
    const args = ['explain', 'SHARED', '--project', 'web']
    const { code, stdout } = await runPiped(args, { env })
    expect([code, stdout]).toEqual([0, (await run(...args)).stdout])
  })
})

describe('env', () => {
  it('lists names with their scopes and overrides, and marks names that are not injected', async () => {
    const { code, stdout } = await run('env', '--project', 'web', '--cluster', 'gpu-1')
    expect(code).toBe(0)
    expect(stdout.split('\n')).toEqual([
      '+-------------+--------------------+-----------------------------------+-------------------+',
      '| Name        | Scope              | Overrides                         | Injected          |',
      '+-------------+--------------------+-----------------------------------+-------------------+',
      '| DB_PASSWORD | project web        | cluster gpu-1, team Gradient Next | yes               |',
      '| ONLY_WEB    | project web        |                                   | yes               |',
      '| PATH        | team Gradient Next |                                   | by reference only |',
      '| SHARED      | team Gradient Next |                                   | yes               |',
      '| my-key      | team Gradient Next |                                   | by reference only |',
      '+-------------+--------------------+-----------------------------------+-------------------+',
      '',
    ])
  })

  it('prints a template by scope, without values', async () => {
    const { code, stdout, stderr } = await run('env', '--project', 'web', '--example')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toBe(
      '# project web\nDB_PASSWORD=\nONLY_WEB=\n# team Gradient Next\nSHARED=\n# by reference only: PATH, my-key\n',
    )
    expect((await run('env', '--example', '--json')).code).toBe(64)
  })

  it('reports when there are no names', async () => {
    const empty = await startCliServer()
    const { stdout } = await runInProcess(['env'], { env: empty.env(await empty.key()) })
    expect(stdout).toBe('No data found\n')
  })

  it('ends with 78 for a project that does not exist', async () => {
    const unknown = await run('env', '--project', 'wep')
    expect([unknown.code, unknown.stderr]).toEqual([78, expect.stringContaining('There is no project “wep”.')])
  })
})
