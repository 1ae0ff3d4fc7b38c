import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInProcess } from '#cli/testing/run-in-process.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { fileMode, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { apiKeyFrom } from '#shared/people/api-key.ts'

const key = apiKeyFrom('A'.repeat(30))

const newHome = (content?: string, mode = 0o600) => {
  const home = newTemporaryFolder()
  const folder = join(home, '.paperspace')
  const file = join(folder, 'config.json')
  if (content !== undefined) {
    mkdirSync(folder, { mode: 0o700 })
    writeFileSync(file, content, { mode })
    chmodSync(file, mode)
  }
  return { home, folder, file }
}

const contentOf = (file: string): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'))

describe('the key file', () => {
  it('is created for its owner only, with its folder', async () => {
    const { home, folder, file } = newHome()
    expect((await runInProcess(['apiKey'], { home, input: `${key}\n` })).code).toBe(0)
    expect(contentOf(file)).toEqual({ apiKey: key, keys: { 'http://127.0.0.1:8300': key } })
    expect([fileMode(folder), fileMode(file)]).toEqual(['0700', '0600'])
    expect(readdirSync(folder)).toEqual(['config.json'])
  })

  it('keeps its other fields, and becomes readable by its owner only', async () => {
    const { home, file } = newHome('{"version": 1, "host": "http://127.0.0.1:1", "apiKey": "old"}', 0o644)
    await runInProcess(['apiKey'], { home, input: key })
    const other = { version: 1, host: 'http://127.0.0.1:1' }
    expect(contentOf(file)).toEqual({ ...other, apiKey: key, keys: { 'http://127.0.0.1:1': key } })
    expect(fileMode(file)).toBe('0600')
    await runInProcess(['logout'], { home })
    expect(contentOf(file)).toEqual(other)
  })

  it.each([
    '',
    '{',
    '[]',
    'null',
    '"gsec_canary"',
    '{"apiKey": 1}',
    '{"keys": ["gsec_canary"]}',
    '{"keys": {"http://127.0.0.1:1": 1}}',
    '{"apiKey": "gsec_canary',
  ])('is left as it is when it is damaged: %s', async (content) => {
    const { home, file } = newHome(content)
    for (const args of [['apiKey'], ['logout'], ['secrets', 'list', 'team']]) {
      const { code, stderr } = await runInProcess(args, { home, input: key })
      expect(code).toBe(1)
      expect(stderr).toContain(`The key file “${file}” is damaged.`)
      expect(stderr).not.toContain('canary')
    }
    expect(readFileSync(file, 'utf8')).toBe(content)
  })

  it('is not read when the environment has everything', async () => {
    const { home } = newHome('damaged')
    const env = { PAPERSPACE_API_KEY: key, PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:9' }
    expect((await runInProcess(['secrets', 'list', 'team'], { home, env })).code).toBe(69)
  })

  it('stays a symbolic link', async () => {
    const { home, folder, file } = newHome()
    const kept = join(home, 'kept.json')
    writeFileSync(kept, '{"a": 1}')
    mkdirSync(folder)
    symlinkSync(kept, file)
    await runInProcess(['apiKey'], { home, input: key })
    expect(contentOf(kept)).toMatchObject({ a: 1, apiKey: key })
  })

  it('causes one warning when others can read it', async () => {
    const { home, file } = newHome(JSON.stringify({ apiKey: key, host: 'http://127.0.0.1:9' }), 0o640)
    const { code, stderr } = await runInProcess(['secrets', 'list', 'team'], { home })
    expect(code).toBe(69)
    expect(stderr.split('Others on this machine can read').length).toBe(2)
    expect(stderr).toContain(`chmod 600 '${file}'`)
    const other = await runInProcess(['secrets', 'list', 'team', '--apiKey', key], { home })
    expect(other.stderr).not.toContain('Others on this machine')
  })

  it('refuses keys of another form', async () => {
    const { home, file } = newHome()
    for (const input of ['', ' \n', 'e3b0c44298fc1c149afbf4c8996fb9', `${key}x`, `${key.slice(0, -1)}_`]) {
      expect((await runInProcess(['apiKey'], { home, input })).code).toBe(64)
    }
    expect(existsSync(file)).toBe(false)
  })
})

/** Starts servers that record the keys that they get. */
const recordingServers = async <Names extends string>(...names: Names[]) => {
  const { createServer } = await import('node:http')
  const servers = names.map(async (name) => {
    const keys: unknown[] = []
    const server = createServer((request, answer) => {
      keys.push(request.headers.authorization)
      answer.setHeader('content-type', 'application/json').end('{"items":[],"hasMore":false,"nextPage":null}')
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    cleanUp(() => {
      server.closeAllConnections()
      server.close()
    })
    return [name, { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys }] as const
  })
  return Object.fromEntries(await Promise.all(servers)) as Record<Names, { address: string; keys: unknown[] }>
}

describe('a key in the file', () => {
  const list = (home: string, host?: string, args: string[] = []) =>
    runInProcess(['secrets', 'list', 'team', ...args], { home, env: host ? { PAPERSPACE_CONFIG_HOST: host } : {} })
  const other = apiKeyFrom('B'.repeat(30))

  it('is never sent to another server than the one it is of', async () => {
    const { mine, theirs } = await recordingServers('mine', 'theirs')
    const { home } = newHome(JSON.stringify({ host: mine.address, apiKey: key }))
    const { code, stderr } = await list(home, theirs.address)
    expect([code, theirs.keys]).toEqual([77, []])
    expect(stderr).toContain(`There is no API key for “${theirs.address}”.`)
    expect(stderr).toContain(`gradient login ${theirs.address}`)
    expect(stderr).not.toContain('gsec_')
    await list(home)
    await list(home, `${mine.address}/`)
    expect(mine.keys).toEqual([`Bearer ${key}`, `Bearer ${key}`])
  })

  it('is kept next to those of other servers, by the address in effect', async () => {
    const { mine, theirs } = await recordingServers('mine', 'theirs')
    const { home, file } = newHome(JSON.stringify({ host: mine.address, apiKey: key }))
    const stored = await runInProcess(['apiKey'], {
      home,
      input: other,
      env: { PAPERSPACE_CONFIG_HOST: theirs.address },
    })
    expect(stored.stderr).toContain(`for “${theirs.address}”`)
    const keys = { [mine.address]: key, [theirs.address]: other }
    expect(contentOf(file)).toEqual({ host: mine.address, apiKey: other, keys })
    await list(home)
    await list(home, theirs.address)
    expect([mine.keys, theirs.keys]).toEqual([[`Bearer ${key}`], [`Bearer ${other}`]])

    const out = await runInProcess(['logout'], { home, env: { PAPERSPACE_CONFIG_HOST: theirs.address } })
    expect(out.stderr).toContain('Keys of other servers stay in it')
    expect(contentOf(file)).toEqual({ host: mine.address, keys: { [mine.address]: key } })
    expect((await list(home, theirs.address)).code).toBe(77)
    await runInProcess(['logout'], { home })
    expect(contentOf(file)).toEqual({ host: mine.address })
  })

  it('without an address is bound at its first use, which says so once', async () => {
    const { mine, theirs } = await recordingServers('mine', 'theirs')
    const { home, file } = newHome(JSON.stringify({ apiKey: key, version: 1 }), 0o644)
    expect((await list(home, mine.address)).stderr).toContain(
      `The key in the key file is for “${mine.address}” from now on.`,
    )
    expect(contentOf(file)).toEqual({ version: 1, apiKey: key, keys: { [mine.address]: key } })
    expect(fileMode(file)).toBe('0600')
    expect((await list(home, mine.address)).stderr).not.toContain('from now on')
    expect((await list(home, theirs.address)).code).toBe(77)
    expect([mine.keys.length, theirs.keys]).toEqual([2, []])
  })

  it('that the old client set is used for the server of the file, beside the others', async () => {
    const { mine, theirs } = await recordingServers('mine', 'theirs')
    const content = { host: mine.address, apiKey: other, keys: { [mine.address]: key, [theirs.address]: key } }
    const { home } = newHome(JSON.stringify(content))
    await list(home)
    await list(home, theirs.address)
    expect([mine.keys, theirs.keys]).toEqual([[`Bearer ${other}`], [`Bearer ${key}`]])
  })

  it('is not bound by a key that is given for one call, nor by a sign-in', async () => {
    const { mine } = await recordingServers('mine')
    const { home, file } = newHome(JSON.stringify({ apiKey: key }))
    await list(home, mine.address, ['--apiKey', other])
    await runInProcess(['login', '--no-browser'], { home, env: { PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:9' } })
    expect(contentOf(file)).toEqual({ apiKey: key })
    expect(mine.keys).toEqual([`Bearer ${other}`])
  })

  it('survives other processes that write the file at the same time', async () => {
    const { home, folder, file } = newHome(JSON.stringify({ kept: true }))
    const addresses = Array.from({ length: 12 }, (_, index) => `http://127.0.0.1:${4000 + index}`)
    const results = await Promise.all(
      addresses.map((address) =>
        runInProcess(['apiKey'], { home, input: key, env: { PAPERSPACE_CONFIG_HOST: address } }),
      ),
    )
    expect(results.map(({ code }) => code)).toEqual(addresses.map(() => 0))
    expect(contentOf(file)).toEqual({
      kept: true,
      apiKey: key,
      keys: Object.fromEntries(addresses.map((at) => [at, key])),
    })
    expect(readdirSync(folder)).toEqual(['config.json'])
  })

  it('can be written after a process ended while it held the lock', async () => {
    const { home, folder, file } = newHome('{}')
    writeFileSync(`${file}.lock`, '')
    utimesSync(`${file}.lock`, 1, 1)
    expect((await runInProcess(['apiKey'], { home, input: key })).code).toBe(0)
    expect(readdirSync(folder)).toEqual(['config.json'])
  })
})

describe('a key over plain http', () => {
  const remote = 'http://secrets.invalid:8300'
  const env = { PAPERSPACE_API_KEY: 'k', PAPERSPACE_CONFIG_HOST: remote }

  it.each([
    ['secrets', 'list', 'team'],
    ['run', '--', 'true'],
    ['projects', 'list'],
    ['login', remote, '--no-browser'],
    ['login', '--no-browser'],
  ])('is not sent to another machine: %s %s', async (...args) => {
    const { code, stderr } = await runInProcess(args, { env: { ...env, PATH: '/usr/bin:/bin' } })
    expect([code, stderr]).toEqual([64, expect.stringContaining(`“${remote}” is not encrypted`)])
    expect(stderr).toContain('--insecure')
    const { code: allowed } = await runInProcess(
      [
        ...args.slice(0, 1),
        ...args.slice(1, args[0] === 'run' ? 1 : undefined),
        '--insecure',
        ...(args[0] === 'run' ? args.slice(1) : []),
      ],
      {
        env: { ...env, PATH: '/usr/bin:/bin' },
      },
    )
    expect(allowed).toBe(69)
  })

  it('is not bound to another machine either', async () => {
    const { home, file } = newHome(JSON.stringify({ apiKey: key }))
    const { code } = await runInProcess(['secrets', 'list', 'team'], { home, env: { PAPERSPACE_CONFIG_HOST: remote } })
    expect([code, contentOf(file)]).toEqual([64, { apiKey: key }])
  })

  it.each(['http://localhost:9', 'http://a.localhost:9', 'http://127.9.9.9:9', 'http://[::1]:9'])(
    'is sent to this machine: %s',
    async (host) => {
      const { code } = await runInProcess(['secrets', 'list', 'team'], {
        env: { ...env, PAPERSPACE_CONFIG_HOST: host },
      })
      expect(code).toBe(69)
    },
  )

  it.each([
    'http://127.0.0.1.example.invalid',
    'http://localhost.invalid',
    'http://0.0.0.0:9',
    'http://[::ffff:10.0.0.1]:9',
    'http://10.0.0.1',
  ])('is refused for %s, which only looks like it', async (host) => {
    const { code } = await runInProcess(['secrets', 'list', 'team'], { env: { ...env, PAPERSPACE_CONFIG_HOST: host } })
    expect(code).toBe(64)
  })
})

describe('the key', () => {
  const asked = async (env: Record<string, string>, args: string[], home?: string) => {
    const { createServer } = await import('node:http')
    const keys: unknown[] = []
    const server = createServer((request, answer) => {
      keys.push(request.headers.authorization)
      answer.setHeader('content-type', 'application/json').end('{}')
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    const all = { PAPERSPACE_CONFIG_HOST: `http://127.0.0.1:${port}`, ...env }
    await runInProcess(['secrets', 'list', 'team', ...args], { env: all, ...(home ? { home } : {}) })
    server.closeAllConnections()
    server.close()
    return keys
  }

  it('comes from the option, then the environment, then the key file', async () => {
    const { home } = newHome(JSON.stringify({ apiKey: 'kept' }))
    expect(await asked({ PAPERSPACE_API_KEY: 'set' }, ['--apiKey', 'given'], home)).toEqual(['Bearer given'])
    expect(await asked({ PAPERSPACE_API_KEY: 'set' }, [], home)).toEqual(['Bearer set'])
    expect(await asked({}, [], home)).toEqual(['Bearer kept'])
    const { home: another } = newHome(JSON.stringify({ apiKey: 'kept' }))
    expect(await asked({ PAPERSPACE_API_KEY: '' }, [], another)).toEqual(['Bearer kept'])
  })

  it('is refused before it is sent when it has invalid characters', async () => {
    expect(await asked({ PAPERSPACE_API_KEY: 'a\nx-evil: 1' }, [])).toEqual([])
  })
})

describe('the server’s address', () => {
  const said = async (host: string) =>
    runInProcess(['secrets', 'list', 'team'], { env: { PAPERSPACE_API_KEY: 'k', PAPERSPACE_CONFIG_HOST: host } })

  it.each([
    'secrets.example.com',
    'ftp://example.com',
    'http://',
    'localhost:8300',
    'http://a b',
    'https://user:canary@example.com',
    'http://example.com/?a=1',
    'http://example.com/#a',
    'javascript:alert(1)',
    '\u001b[31m',
  ])('is refused when it is %j', async (host) => {
    const { code, stderr } = await said(host)
    expect(code).toBe(64)
    expect(stderr).toContain('PAPERSPACE_CONFIG_HOST is no address of a server')
    expect(stderr).not.toMatch(/canary|[\p{Cc}&&[^\n]]/v)
  })

  it('comes from the key file when the environment has none', async () => {
    const { home } = newHome(JSON.stringify({ apiKey: key, host: 'http://127.0.0.1:9/kept/' }))
    expect((await runInProcess(['secrets', 'list', 'team'], { home })).stderr).toContain(
      '“http://127.0.0.1:9/kept” cannot be',
    )
  })
})
