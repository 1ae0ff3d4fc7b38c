import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { runPiped } from '#cli/testing/piped.ts'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { startProxy } from '#cli/testing/test-proxy.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

const server = await startCliServer()
const env = server.env(await server.key())
const web = await server.scope('project', 'web')
const gpu = await server.scope('cluster', 'gpu-1')
await server.set(server.team, { MY_API_KEY: 'x', hello: 'x' })
await server.set(gpu, { MY_API_KEY: 'x' })
await server.set(web, { MY_API_KEY: 'x' })

/** Checks a file with this content. */
const check = (content: string | Uint8Array, ...args: string[]) => {
  const cwd = newTemporaryFolder()
  writeFileSync(join(cwd, 'spec.yaml'), content)
  return runInProcess(['spec', 'check', 'spec.yaml', ...args], { env, cwd })
}

const workflow = `defaults:
  env:
    REGION: canary
    HELLO: secret:hello
jobs:
  train:
    env:
      API_KEY: secret:MY_API_KEY
      HELLO: secret:ephemeral:es0123456789
  serve:
    env:
      hello: SECRET:hello
`

describe('spec check', () => {
  it('prints what each variable resolves to, with lines and without values', async () => {
    const { code, stdout, stderr } = await check(workflow, '--project', 'web', '--cluster', 'gpu-1')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.split('\n')).toEqual([
      'spec.yaml:3: REGION: literal',
      'spec.yaml:4: HELLO: secret hello from team Gradient Next',
      'spec.yaml:8: API_KEY in job train: secret MY_API_KEY from project web, overrides cluster gpu-1, team Gradient Next',
      'spec.yaml:9: HELLO in job train: ephemeral',
      'spec.yaml:12: hello in job serve: from team Gradient Next',
      '',
    ])
  })

  it('checks one job: the variables of all jobs, overlaid by its own', async () => {
    const { code, stdout } = await check(workflow, '--job', 'train')
    expect(code).toBe(0)
    expect(stdout.split('\n').map((line) => line.split(':')[1])).toEqual(['3', '8', '9', undefined])
    const other = await check(workflow, '--job', 'trian')
    expect([other.code, other.stdout]).toEqual([64, ''])
    expect(other.stderr).toMatch(/^spec\.yaml:\d+: There is no job “trian”\. There are “train”, “serve”\.\n/)
  })

  it('ends with 78 for a missing secret, and prints its line and similar names', async () => {
    const content = 'env:\n  - name: A\n    value: secret:HELLO\n  - name: B\n    value: secret:NOWHERE\n'
    const { code, stdout, stderr } = await check(content, '--project', web.id)
    expect(code).toBe(78)
    expect(stdout).toBe(
      'spec.yaml:2: A: secret HELLO missing. Did you mean “hello”?\nspec.yaml:4: B: secret NOWHERE missing\n',
    )
    expect(stderr).toBe('“HELLO”, “NOWHERE” are set nowhere: searched project web, team Gradient Next.\n')
  })

  it('reports a secret of another pair as missing', async () => {
    await server.set(web, { ONLY_WEB: 'x' })
    const content = 'env:\n  - {name: A, value: secret:ONLY_WEB}\n'
    expect((await check(content, '--cluster', 'gpu-1')).code).toBe(78)
    expect((await check(content, '--cluster', 'gpu-1', '--project', 'web')).code).toBe(0)
  })

  it('ends with 64 for problems of the file, after printing the rest', async () => {
    const content = `defaults:
  env:
    A: secret:hello
    B: "secret:"
    my-path: canary
    C: secret:NOWHERE
`
    const { code, stdout, stderr } = await check(content)
    expect(code).toBe(64)
    expect(stderr).toMatch(
      /^spec\.yaml:4: “B” refers to a secret and does not name it\..*\nspec\.yaml:5: “my-path” is no name/,
    )
    expect(stderr).toContain('There are 2 problems in “spec.yaml”.')
    expect(stdout).toBe(
      'spec.yaml:3: A: secret hello from team Gradient Next\nspec.yaml:4: B: impossible\n' +
        'spec.yaml:6: C: secret NOWHERE missing\n',
    )
    expect(stdout + stderr).not.toContain('canary')
  })

  it('prints everything as JSON, without values', async () => {
    const { code, stdout } = await check(workflow, '--job', 'train', '--project', 'web', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      file: 'spec.yaml',
      variables: [
        { job: null, name: 'REGION', line: 3, from: 'literal' },
        {
          job: 'train',
          name: 'API_KEY',
          line: 8,
          from: 'secret',
          explanation: { name: 'MY_API_KEY', winner: { kind: 'project', id: web.id, version: 1 } },
        },
        { job: 'train', name: 'HELLO', line: 9, from: 'ephemeral' },
      ],
      problems: [],
    })
    expect(stdout).not.toContain('canary')
    const missing = await check('env: [{name: A, value: secret:NOWHERE}]', '--json')
    expect([missing.code, JSON.parse(missing.stdout).variables]).toMatchObject([78, [{ from: 'missing' }]])
  })

  it('sends no request for a file without references', async () => {
    const cwd = newTemporaryFolder()
    writeFileSync(join(cwd, 'spec.yaml'), 'env: [{name: A, value: canary}]')
    expect(await runInProcess(['spec', 'check', 'spec.yaml'], { cwd })).toMatchObject({
      code: 0,
      stdout: 'spec.yaml:1: A: literal\n',
    })
  })

  it('sends one request for all references', async () => {
    const asked: string[] = []
    const address = await startProxy(server.address, (_, path) => {
      asked.push(path)
      return 'on'
    })
    const cwd = newTemporaryFolder()
    writeFileSync(join(cwd, 'spec.yaml'), workflow)
    const args = ['spec', 'check', 'spec.yaml', '--project', web.id]
    expect((await runInProcess(args, { env: { ...env, PAPERSPACE_CONFIG_HOST: address }, cwd })).code).toBe(0)
    expect(asked).toEqual([`/v1/effective?projectId=${web.id}`])
  })

  it('reads stdin in a process of its own', async () => {
    const input = workflow.replaceAll('\n', '\r\n')
    const { code, stdout } = await runPiped(['spec', 'check', '-', '--project', 'web'], { env, input })
    expect(code).toBe(0)
    expect(stdout).toContain('stdin:8: API_KEY in job train: secret MY_API_KEY from project web')
  })

  it('ends with 77 or 69 when secrets cannot be read, after printing the problems', async () => {
    const cwd = newTemporaryFolder()
    writeFileSync(join(cwd, 'spec.yaml'), 'env:\n  - {name: A, value: secret:hello}\n  - {name: my-path, value: x}\n')
    const runsOnly = server.env(await server.key({ access: ['run'] }))
    const denied = await runInProcess(['spec', 'check', 'spec.yaml'], { cwd, env: runsOnly })
    expect([denied.code, denied.stdout]).toEqual([77, ''])
    expect(denied.stderr).toContain('spec.yaml:3: “my-path”')
    const away = { ...env, PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:1' }
    expect((await runInProcess(['spec', 'check', 'spec.yaml'], { cwd, env: away })).code).toBe(69)
  })

  it.each([
    ['no YAML', 'a: [', 'spec.yaml:1: '],
    ['a name with escapes', 'env:\n  - {name: "\\e[31mA", value: x}\n', 'spec.yaml:2: “�[31mA” is no name'],
    ['invalid UTF-8', Buffer.from('env:\n  - \xff', 'latin1'), 'spec.yaml:2: The line is not UTF-8.'],
    ['more than the parser takes', `#${'x'.repeat(2_000_000)}\n`, 'The file has 2,000,002 bytes'],
    ['more than is read', `#${'x'.repeat(5_000_000)}\n`, '“spec.yaml” has more than 5,000,000 bytes.'],
    ['nothing', '', 'This is neither a workflow'],
  ])('refuses a file with %s', async (_, content, message) => {
    const { code, stdout, stderr } = await check(content)
    expect([code, stdout]).toEqual([64, ''])
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('\u001b')
  })

  it('reads a file with a byte order mark', async () => {
    expect((await check(`\ufeff${workflow}`)).code).toBe(0)
  })
})
