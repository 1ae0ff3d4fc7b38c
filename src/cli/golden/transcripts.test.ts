import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { type CliServer, startCliServer } from '#cli/testing/cli-server.ts'
import { beginSession } from '#cli/testing/golden.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

/** All values of this file. None may appear in the output. */
const values = ['first value', 'typed in secret', 'from a file', 'on the line', 'third\nline by line']

let server: CliServer
let key: string
beforeAll(async () => {
  server = await startCliServer()
  key = await server.key({ access: ['manage'] })
})

const begin = (more: Record<string, string> = {}) => {
  const home = newTemporaryFolder()
  const session = beginSession({ ...server.env(key), HOME: home, ...more }, [
    [server.address, 'http://server'],
    [home, '~'],
    [key.slice(0, -1), '<key>'],
  ])
  const shown: string[] = []
  return {
    home,
    matches: session.matches,
    run: async (...step: Parameters<typeof session.run>) => {
      const text = await session.run(...step)
      shown.push(text)
      return text
    },
    shown: () => shown.join(''),
  }
}

it('sets, lists and deletes secrets', async () => {
  const { home, run, matches, shown } = begin()
  const file = join(home, 'value')
  writeFileSync(file, `${values[2]}\n`)
  const project = (await server.scope('project', 'web')).id
  const cluster = (await server.scope('cluster', 'gpu-1')).id
  await run({ args: ['secrets', 'list', 'team'] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'AWS_KEY'], input: `${values[0]}\n` })
  await run({ args: ['secrets', 'set', 'team', '--name', 'AWS_KEY', '--raw'], input: `${values[0]}\n` })
  await run({ args: ['secrets', 'set', 'project', '--id', project, '--name', 'a', '--from-file', file] })
  await run({ args: ['secrets', 'set', 'cluster', '--id', cluster, '--name=my-key', `--value=${values[3]}`] })
  await run({ args: ['secrets', 'set', 'cluster', '--id', cluster, '--name', 'DASH', '--value', '--dashed'] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'aws_access_key_id'], input: 'x' })
  await run({ args: ['secrets', 'list', 'team'] })
  await run({ args: ['secrets', 'list', 'team', '--id', server.team.id] })
  await run({ args: ['secrets', 'list', 'cluster', '--id', cluster, '--json'] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'AWS_KEY', '--if-absent'], input: 'x' })
  await run({ args: ['secrets', 'set', 'team', '--name', 'AWS_KEY', '--expect-affected', '3'], input: 'x' })
  await run({ args: ['secrets', 'set', 'team', '--name', 'AWS_KEY', '--expect-affected', '4'], input: 'x' })
  await run({ args: ['secrets', 'delete', 'team', '--name', 'AWS_KEY', '--expect-affected', '0'] })
  await run({ args: ['secrets', 'delete', 'team', '--name', 'AWS_KEY'] })
  await run({ args: ['secrets', 'delete', 'team', '--name', 'AWS_KEY'] })
  await matches('secrets.txt')
  for (const value of values) expect(shown()).not.toContain(value)
})

it('asks for missing input on a terminal, and hides typed values', async () => {
  const { run, matches, shown } = begin()
  const name = ['Name: ', 'TYPED\r'] as const
  await run({ args: ['secrets', 'set', 'team'], keys: [name, ['Value: ', `${values[1]}\r`]] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'TYPED'], keys: [['[y/N]', 'n\r']] })
  await run({
    args: ['secrets', 'set', 'team', '--name', 'TYPED'],
    keys: [
      ['[y/N]', 'y\r'],
      ['Value: ', `wrong\u0015${values[1]}s\u007f\u001b[D\r`],
    ],
  })
  await run({ args: ['secrets', 'set', 'team', '--name', 'TYPED', '--yes'], keys: [['Value: ', 'x\r']] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'TYPED', '--if-absent'], keys: [] })
  await run({
    args: ['secrets', 'set', 'team', '--name', 'PASTED'],
    keys: [
      ['Value: ', `\u001b[200~${values[4]?.replaceAll('\n', '\r')}\r\u001b[201~\r`],
      ['[y/N]', 'n\r'],
    ],
  })
  await run({ args: ['secrets', 'set', 'project'], keys: [] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'LEFT'], keys: [['Value: ', 'half\u0003']] })
  await run({ args: ['secrets', 'set', 'team'], keys: [['Name: ', '\u0003']] })
  await run({ args: ['secrets', 'set', 'team'], keys: [['Name: ', '\u0004']] })
  await run({ args: ['secrets', 'delete', 'team'], keys: [name, ['[y/N]', '\r']] })
  await run({ args: ['secrets', 'delete', 'team', '--name', 'TYPED', '--yes'], keys: [] })
  await matches('prompts.txt')
  for (const value of [...values, 'line by line', 'half', 'wrong']) expect(shown()).not.toContain(value)
})

it('stores and uses keys', async () => {
  const { run, matches, shown } = begin()
  const none = { PAPERSPACE_API_KEY: undefined }
  await run({ args: ['secrets', 'list', 'team'], env: none })
  await run({ args: ['apiKey'], env: none, input: '' })
  await run({ args: ['apiKey', 'e3b0c44298fc1c149afbf4c8996fb9'], env: none })
  await run({ args: ['apiKey'], env: none, input: `${key.slice(0, -1)}!` })
  await run({ args: ['apiKey'], env: none, keys: [['API key: ', `${key}\r`]] })
  await run({ args: ['clusters', 'list', '--json'], env: { PAPERSPACE_API_KEY: undefined } })
  await run({ args: ['logout'], env: none })
  await run({ args: ['clusters', 'list'], env: none })
  await run({ args: ['logout'] })
  await matches('keys.txt')
  expect(shown()).not.toContain(key)
})

it('creates, lists and deletes projects', async () => {
  const { run, matches } = begin()
  const made = await run({ args: ['projects', 'create', '--name', 'prod 🚀'] })
  const id = /ID: (\S+)/.exec(made)?.[1] ?? ''
  await run({ args: ['secrets', 'set', 'project', '--id', id, '--name', 'A'], input: 'x' })
  await run({ args: ['projects', 'create'] })
  await run({ args: ['projects', 'create', '--name', ''] })
  await run({ args: ['projects', 'list'] })
  await run({ args: ['projects', 'details', '--id', id] })
  await run({ args: ['projects', 'details', '--id', id, '--json'] })
  await run({ args: ['projects', 'details'] })
  await run({ args: ['projects', 'details', '--id', 'pr0000000000'] })
  await run({ args: ['projects', 'delete', '--id', id], keys: [['[y/N]', 'y\r']] })
  await run({ args: ['clusters', 'list'] })
  await matches('scopes.txt')
})

it('refuses invalid input, and sends nothing', async () => {
  // No server listens there, so a request would fail visibly.
  const { run, matches } = begin({ PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:9' })
  await run({ args: ['secrets', 'set', 'team', '--name', '../x'], input: 'x' })
  await run({ args: ['secrets', 'delete', 'team', '--name', ''] })
  await run({ args: ['secrets', 'list', 'project', '--id', '../x'] })
  await run({ args: ['secrets', 'list', 'project'] })
  await run({ args: ['secrets', 'set', 'cluster'] })
  await run({ args: ['secrets', 'set', 'team'], input: 'x' })
  await run({ args: ['secrets', 'set', 'team', '--name', 'A'], input: '' })
  await run({ args: ['secrets', 'set', 'team', '--name', 'A'], input: 'a\0b' })
  await run({ args: ['secrets', 'set', 'team', '--name', 'A', '--value', 'x', '--from-file', 'y'] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'A', '--from-file', '/nonexistent/file'] })
  await run({ args: ['secrets', 'set', 'team', '--name', 'A', '--value', 'first', 'second'] })
  await run({ args: ['secrets', 'set', 'team', '--vale=secret'] })
  await run({ args: ['secrets', 'list', 'projet'] })
  await run({ args: ['secrets', 'lst', 'team'] })
  await run({ args: ['secrets', 'list', 'team', '--jsn'] })
  await run({ args: ['secrets'] })
  await run({ args: ['projcts'] })
  await matches('refusals.txt')
})

it('prints help', async () => {
  const { run, matches } = begin()
  for (const words of [['secrets'], ['secrets', 'set'], ['secrets', 'list'], ['secrets', 'delete'], ['apiKey']]) {
    await run({ args: [...words, '--help'] })
  }
  await run({ args: ['help', 'secrets'] })
  for (const word of ['history', 'restore', 'purge', 'trash']) await run({ args: ['secrets', word, '--help'] })
  await matches('help.txt')
})

it('lists, restores and purges versions and deleted secrets', async () => {
  const { run, matches, shown } = begin()
  const name = ['--name', 'TOKEN'] as const
  const set = (value: string) => run({ args: ['secrets', 'set', 'team', ...name], input: value })
  const history = () => run({ args: ['secrets', 'history', 'team', ...name] })
  const { id } = await server.scope('project', 'history')
  await set(values[0] as string)
  await set(values[1] as string)
  await set(values[1] as string)
  await run({ args: ['secrets', 'restore', 'team', ...name, '--version', '1'] })
  await run({ args: ['secrets', 'restore', 'team', ...name, '--version', '3'] })
  await run({ args: ['secrets', 'restore', 'team', ...name, '--version', '2'], keys: [['[y/N]', 'n\r']] })
  await run({ args: ['secrets', 'restore', 'team', ...name, '--version', '9'] })
  await run({ args: ['secrets', 'restore', 'team', ...name, '--version', '0'] })
  await history()
  await run({ args: ['secrets', 'history', 'team', ...name, '--json'] })
  await run({ args: ['secrets', 'purge', 'team', ...name, '--version', '2'] })
  await run({ args: ['secrets', 'purge', 'team', ...name, '--version', '2'], keys: [['erase it: ', 'TOKE\r']] })
  await run({ args: ['secrets', 'purge', 'team', ...name, '--version', '2'], keys: [['erase it: ', 'TOKEN\r']] })
  await run({ args: ['secrets', 'purge', 'team', ...name, '--version', '3', '--yes'] })
  await run({ args: ['secrets', 'restore', 'team', ...name] })
  await run({ args: ['secrets', 'trash', 'team'] })
  await run({ args: ['secrets', 'delete', 'team', ...name, '--yes'] })
  await run({ args: ['secrets', 'trash', 'team'] })
  await set(values[2] as string)
  await run({ args: ['secrets', 'restore', 'team', ...name] })
  await run({ args: ['secrets', 'delete', 'team', ...name, '--yes'] })
  await run({ args: ['secrets', 'purge', 'team', ...name, '--yes'] })
  await run({ args: ['secrets', 'restore', 'team', ...name], keys: [['[y/N]', 'y\r']] })
  await history()
  await run({ args: ['secrets', 'set', 'project', '--id', id, '--name', 'A'], input: 'x' })
  await run({ args: ['secrets', 'delete', 'project', '--id', id, '--name', 'A', '--yes'] })
  await run({ args: ['secrets', 'restore', 'project', '--id', id, '--name', 'A', '--expect-affected', '9'] })
  await run({ args: ['secrets', 'trash', 'project', '--id', id, '--json'] })
  await run({ args: ['secrets', 'purge', 'project', '--id', id, '--name', 'A'], keys: [['erase it: ', 'A\r']] })
  await matches('history.txt')
  for (const value of values) expect(shown()).not.toContain(value)
})
