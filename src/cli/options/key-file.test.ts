import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runInProcess } from '#cli/testing/run-in-process.ts'
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

describe('the key file', () => {
  it('is created for its owner only, with its folder', async () => {
    const { home, folder, file } = newHome()
    expect((await runInProcess(['apiKey'], { home, input: `${key}\n` })).code).toBe(0)
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ apiKey: key })
    expect([fileMode(folder), fileMode(file)]).toEqual(['0700', '0600'])
    expect(readdirSync(folder)).toEqual(['config.json'])
  })

  it('keeps its other fields, and becomes readable by its owner only', async () => {
    const { home, file } = newHome('{"version": 1, "host": "http://127.0.0.1:1", "apiKey": "old"}', 0o644)
    await runInProcess(['apiKey'], { home, input: key })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, host: 'http://127.0.0.1:1', apiKey: key })
    expect(fileMode(file)).toBe('0600')
    await runInProcess(['logout'], { home })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ version: 1, host: 'http://127.0.0.1:1' })
  })

  it.each(['', '{', '[]', 'null', '"gsec_canary"', '{"apiKey": 1}', '{"apiKey": "gsec_canary'])(
    'is left as it is when it is damaged: %s',
    async (content) => {
      const { home, file } = newHome(content)
      for (const args of [['apiKey'], ['logout'], ['secrets', 'list', 'team']]) {
        const { code, stderr } = await runInProcess(args, { home, input: key })
        expect(code).toBe(1)
        expect(stderr).toContain(`The key file “${file}” is damaged.`)
        expect(stderr).not.toContain('canary')
      }
      expect(readFileSync(file, 'utf8')).toBe(content)
    },
  )

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
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual({ a: 1, apiKey: key })
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
    expect(await asked({ PAPERSPACE_API_KEY: '' }, [], home)).toEqual(['Bearer kept'])
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
