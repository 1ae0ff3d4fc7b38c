import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runPiped, startPiped } from '#cli/testing/piped.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { fileMode, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, sessionCookie, setupToken, startTestServer } from '#server/testing/processes/test-server.ts'

/** Creates a home folder with a key file. */
const newHome = () => {
  const home = newTemporaryFolder()
  const folder = join(home, '.paperspace')
  const file = join(folder, 'config.json')
  const kept = (): Record<string, unknown> => JSON.parse(readFileSync(file, 'utf8'))
  const keep = (text: string, mode = 0o600) => {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    writeFileSync(file, text, { mode })
    chmodSync(file, mode)
  }
  return { home, folder, file, kept, keep }
}

const newServer = async () => {
  const data = newTemporaryFolder()
  const server = await startTestServer({ DATA_DIR: data })
  const session = sessionCookie(await server.setUp())
  const decide = (what: 'allowance' | 'denial', code: string, wanted: object = {}) =>
    server.request('POST', `/v1/cli-logins/${what}`, { code, ...wanted }, session)
  return { ...server, data, session, decide }
}

/** One server for all tests: each has its own home and code. */
const server = await newServer()

/** Starts a sign-in and waits for the code. */
const startLogin = async (home: string, args: readonly string[], env: Record<string, string> = {}) => {
  const running = startPiped(['login', ...args], { env: { HOME: home, ...env } })
  const said = await running.stderr.until(/\?code=(\S+)\n/)
  return { ...running, code: /\?code=(\S+)\n/.exec(said)?.[1] ?? '' }
}

/** Creates a folder with a fake browser opener, which records the URL. */
const newOpener = () => {
  const folder = newTemporaryFolder()
  const opened = join(folder, 'opened')
  for (const name of ['xdg-open', 'open']) {
    writeFileSync(
      join(folder, name),
      `#!/bin/sh\nprintf '%s' "$*" >'${opened}.part'\nmv '${opened}.part' '${opened}'\n`,
    )
    chmodSync(join(folder, name), 0o755)
  }
  return { opened, env: { PATH: `${folder}:${process.env.PATH}`, DISPLAY: ':99' } }
}

const ask = (request: SendRequest, key: unknown) => request('GET', '/v1/projects', undefined, { 'x-api-key': `${key}` })

it('gets a key through the console, stores it for its owner only, and never prints it', async () => {
  const { home, folder, file, kept, keep } = newHome()
  keep('{"apiKey":"an older one","theme":"dark"}', 0o644)
  const { code, ended, stdout, stderr } = await startLogin(home, [server.address, '--no-browser'])
  expect(stderr.text()).toContain(`${server.address}/cli-login?code=${code}\n`)
  expect((await server.decide('allowance', code, { access: ['run', 'manage'] })).status).toBe(204)
  expect(await ended).toBe(0)

  const { apiKey, ...rest } = kept()
  expect(rest).toEqual({ host: server.address, theme: 'dark', keys: { [server.address]: apiKey } })
  expect([fileMode(file), fileMode(folder)]).toEqual(['0600', '0700'])
  expect((await ask(server.request, apiKey)).status).toBe(200)
  expect(stderr.text()).toContain(`Signed in to ${firstAccount.team} at ${server.address} as ${firstAccount.name}\n`)
  expect(stdout.text()).toBe('')
  expect(stderr.text()).not.toContain(`${apiKey}`.slice(5, 20))

  await server.request('PUT', '/v1/teams/-/secrets/BY_CONSOLE', { value: 'x' }, server.session)
  const list = await runPiped(['secrets', 'list', 'team'], { env: { HOME: home } })
  expect([list.code, list.stdout]).toEqual([0, expect.stringContaining('BY_CONSOLE')])
})

it('uses the stored server when none is given', async () => {
  const { home, kept, keep } = newHome()
  keep(JSON.stringify({ host: server.address }))
  const { code, ended } = await startLogin(home, ['--no-browser'])
  await server.decide('allowance', code)
  expect([await ended, kept().host]).toEqual([0, server.address])
})

it('warns that the environment overrides the stored key', async () => {
  const { home, kept } = newHome()
  const env = { PAPERSPACE_API_KEY: 'gsec_other', PAPERSPACE_CONFIG_HOST: 'http://127.0.0.1:1' }
  const { code, ended, stderr } = await startLogin(home, [server.address, '--no-browser'], env)
  await server.decide('allowance', code)
  expect([await ended, kept().host]).toEqual([0, server.address])
  expect(stderr.text()).toContain('PAPERSPACE_API_KEY is set')
  expect(stderr.text()).toContain('PAPERSPACE_CONFIG_HOST is set')
})

it('stores nothing and ends with 77 when denied', async () => {
  const { home, file } = newHome()
  const { code, ended, stderr } = await startLogin(home, [server.address, '--no-browser'])
  expect((await server.decide('denial', code)).status).toBe(204)
  expect(await ended).toBe(77)
  expect(stderr.text()).toContain('denied')
  expect(existsSync(file)).toBe(false)
})

it('ends with 77 when the code has expired', async () => {
  const { home, file } = newHome()
  const { ended, stderr } = await startLogin(home, [server.address, '--no-browser'])
  const { db } = openDatabase({ kind: 'sqlite', path: join(server.data, 'secrets.db') })
  cleanUp(() => db.destroy())
  await db.updateTable('cli_login').set({ expires_at: 1 }).execute()
  expect(await ended).toBe(77)
  expect(stderr.text()).toContain('The code has expired')
  expect(existsSync(file)).toBe(false)
})

it('waits for a server that restarts', async () => {
  const settings = { DATA_DIR: newTemporaryFolder(), SETUP_TOKEN: setupToken }
  const before = startServerProcess(settings)
  const address = await before.ready
  const session = sessionCookie(await before.request('POST', '/v1/setup', firstAccount))
  const { home, kept } = newHome()
  const { code, ended, stderr } = await startLogin(home, [address, '--no-browser'])
  before.kill('SIGTERM')
  await before.ended
  await stderr.until('The server does not answer.')
  const again = startServerProcess({ ...settings, PORT: new URL(address).port })
  await again.ready
  expect((await again.request('POST', '/v1/cli-logins/allowance', { code }, session)).status).toBe(204)
  expect(await ended).toBe(0)
  expect((await ask(again.request, kept().apiKey)).status).toBe(200)
  expect(stderr.text().match(/does not answer/g)?.length).toBe(1)
})

it('opens the address in a browser, if there is one, unless told not to', async () => {
  const { home } = newHome()
  const { opened, env } = newOpener()
  const { code, stderr, child } = await startLogin(home, [server.address], env)
  await stderr.until('Your browser opens there.')
  await expect.poll(() => existsSync(opened)).toBe(true)
  expect(readFileSync(opened, 'utf8')).toBe(`${server.address}/cli-login?code=${code}`)
  child.kill('SIGINT')

  const other = newOpener()
  const quiet = await startLogin(home, [server.address, '--no-browser'], other.env)
  quiet.child.kill('SIGINT')
  await quiet.ended
  expect(existsSync(other.opened)).toBe(false)
  expect(quiet.stderr.text()).not.toContain('browser opens')
})

it.skipIf(process.platform !== 'linux')('prints the address when no browser can be opened', async () => {
  const { home } = newHome()
  for (const env of [
    { ...newOpener().env, DISPLAY: '' },
    { PATH: newTemporaryFolder(), DISPLAY: ':99' },
  ]) {
    const { child, ended, stderr } = await startLogin(home, [server.address], env)
    child.kill('SIGINT')
    expect(await ended).toBe(130)
    expect(stderr.text()).not.toContain('browser opens')
  }
})

it('ends with 130 on Ctrl-C and stores nothing', async () => {
  const { home, file } = newHome()
  const { child, ended, stderr } = await startLogin(home, [server.address, '--no-browser'])
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  expect(existsSync(file)).toBe(false)
  expect(stderr.text()).not.toContain('inside')
})

it('starts no sign-in when the key could not be stored', async () => {
  const { home, file, keep } = newHome()
  keep('{ not JSON')
  const { code, stderr } = await runPiped(['login', 'http://127.0.0.1:1', '--no-browser'], { env: { HOME: home } })
  expect([code, stderr]).toEqual([1, expect.stringContaining('damaged')])
  expect(readFileSync(file, 'utf8')).toBe('{ not JSON')
})

it.each([
  ['nothing listens at', 'http://127.0.0.1:1', 69, 'http://127.0.0.1:1 cannot be reached.'],
  ['is no address', 'secrets.example.com', 64, 'secrets.example.com'],
])('fails for an address that %s', async (_what, address, exit, words) => {
  const { code, stderr } = await runPiped(['login', address, '--no-browser'], { env: { HOME: newTemporaryFolder() } })
  expect([code, stderr]).toEqual([exit, expect.stringContaining(words)])
})

it('reports a server without this sign-in', async () => {
  const other = createServer((_request, response) => response.writeHead(404).end('Not here')).listen(0, '127.0.0.1')
  await once(other, 'listening')
  cleanUp(() => other.close())
  const address = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
  const { code, stderr } = await runPiped(['login', address, '--no-browser'], { env: { HOME: newTemporaryFolder() } })
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${address} has no sign-in for command lines.`)])
})
