import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentOf, modeOf, newFolder } from '../testing/folders.ts'
import { startProcess } from '../testing/server-process.ts'
import { cookieOf, first } from '../testing/test-server.ts'

const newKey = () => randomBytes(32).toString('base64')
const dataFolder = () => join(newFolder(), 'data')
const setupToken = first.token

/** Starts the server for the first time, sets it up and stores a secret; ended by a signal of choice. */
const fillFolder = async (end: 'SIGTERM' | 'SIGKILL') => {
  const folder = dataFolder()
  const server = startProcess({ DATA_DIR: folder, SETUP_TOKEN: setupToken })
  const cookie = cookieOf(await server.request('POST', '/v1/setup', first))
  const set = await server.request('PUT', '/v1/teams/gradient-next/secrets/A', { value: 'x' }, cookie)
  expect(set.status).toBe(201)
  server.kill(end)
  expect(await server.ended).toBe(end === 'SIGTERM' ? 0 : 'SIGKILL')
  return folder
}

const originals = { SIGTERM: await fillFolder('SIGTERM'), SIGKILL: await fillFolder('SIGKILL') }

/** A copy of what such a start leaves behind. */
const filledFolder = (end: 'SIGTERM' | 'SIGKILL'): string => {
  const folder = dataFolder()
  cpSync(originals[end], folder, { recursive: true, preserveTimestamps: true })
  return folder
}

/** All but SQLite's index of the log, which holds no data: whoever opens the file first after a crash builds it anew. */
const dataOf = (folder: string) => {
  const { 'secrets.db-shm': _, ...content } = contentOf(folder)
  return content
}

describe('the first start', () => {
  it('makes folder, key and database for its owner only, and prints a set-up link and its address', async () => {
    const folder = dataFolder()
    const server = startProcess({ DATA_DIR: folder })
    const address = await server.ready
    expect(server.stdout()).toBe(
      `Make the first account at ${address}/setup#token=${server.stdout().match(/token=(.*)/)?.[1]}\n` +
        `Gradient Secrets is ready at ${address}\n`,
    )
    expect(server.stdout()).toMatch(/token=[\w-]{43}\n/)
    expect(modeOf(folder)).toBe('0700')
    for (const file of ['master.key', 'secrets.db', 'secrets.db-wal', 'secrets.db-shm']) {
      expect([file, modeOf(join(folder, file))]).toEqual([file, '0600'])
    }
    const setUp = await server.request('POST', '/v1/setup', {
      ...first,
      token: server.stdout().match(/token=(.*)/)?.[1],
    })
    expect(setUp.status).toBe(201)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.stderr()).not.toContain('token')
  })

  it('that was not followed by a set-up is followed by one with the same link', async () => {
    const folder = dataFolder()
    const links = []
    for (let count = 0; count < 2; count++) {
      const server = startProcess({ DATA_DIR: folder })
      await server.ready
      links.push(server.stdout().match(/token=(.*)/)?.[1])
      server.kill('SIGTERM')
      await server.ended
    }
    expect(links[1]).toBe(links[0])
  })

  it('makes no key file where the key comes from the environment', async () => {
    const folder = dataFolder()
    const MASTER_KEY = newKey()
    for (let count = 0; count < 2; count++) {
      const server = startProcess({ DATA_DIR: folder, MASTER_KEY })
      await server.ready
      server.kill('SIGTERM')
      await server.ended
    }
    expect(Object.keys(contentOf(folder))).toEqual(['secrets.db'])
  })
})

describe('a later start', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'after %s finds everything as it was, and prints no link',
    async (signal) => {
      const folder = filledFolder(signal)
      const server = startProcess({ DATA_DIR: folder, SETUP_TOKEN: setupToken })
      const address = await server.ready
      expect(server.stdout()).toBe(`Gradient Secrets is ready at ${address}\n`)
      const cookie = cookieOf(await server.request('POST', '/v1/session', first))
      const { json } = await server.request('GET', '/v1/teams/gradient-next/secrets/A', undefined, cookie)
      expect(json).toMatchObject({ name: 'A', version: 1 })
    },
  )

  it('takes the same key from another file as well', async () => {
    const folder = filledFolder('SIGTERM')
    const elsewhere = join(newFolder(), 'key')
    renameSync(join(folder, 'master.key'), elsewhere)
    await startProcess({ DATA_DIR: folder, MASTER_KEY_FILE: elsewhere }).ready
    expect(Object.keys(contentOf(folder))).not.toContain('master.key')
  })
})

describe.each(['SIGTERM', 'SIGKILL'] as const)('a start beside a database whose server was ended by %s', (signal) => {
  it('with a wrong master key is refused, says why and writes nothing', async () => {
    const folder = filledFolder(signal)
    expect(Object.keys(contentOf(folder)).includes('secrets.db-wal')).toBe(signal === 'SIGKILL')
    const before = dataOf(folder)
    const MASTER_KEY = newKey()
    const server = startProcess({ DATA_DIR: folder, MASTER_KEY })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toMatch(/^The master key does not belong to this database\./)
    expect(server.stderr()).not.toContain(MASTER_KEY)
    expect(server.stdout()).toBe('')
    expect(dataOf(folder)).toEqual(before)
  })

  it('without its master key is refused, says what is missing and writes nothing', async () => {
    const folder = filledFolder(signal)
    const kept = join(folder, '..', 'kept.key')
    renameSync(join(folder, 'master.key'), kept)
    const before = dataOf(folder)
    const refused = startProcess({ DATA_DIR: folder })
    expect(await refused.ended).toBe(1)
    expect(refused.stderr()).toContain(join(folder, 'master.key'))
    expect(refused.stderr()).toContain('is missing')
    expect(dataOf(folder)).toEqual(before)

    renameSync(kept, join(folder, 'master.key'))
    await startProcess({ DATA_DIR: folder }).ready
  })
})

describe('a start that cannot succeed', () => {
  it.each([
    ['PORT', 'canary'],
    ['MASTER_KEY', 'canary'],
    ['DATABASE_URL', 'canary://user:canary@host/name'],
  ])('for its %s ends at once, names the variable, shows no value and makes no file', async (name, value) => {
    const folder = dataFolder()
    const server = startProcess({ DATA_DIR: folder, [name]: value })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toMatch(new RegExp(`^${name} must be .*\\n$`))
    expect(server.stderr() + server.stdout()).not.toContain('canary')
    expect(existsSync(folder)).toBe(false)
  })

  it('for a port in use says so', async () => {
    const running = startProcess({ DATA_DIR: dataFolder() })
    const { port } = new URL(await running.ready)
    const server = startProcess({ DATA_DIR: dataFolder(), PORT: port })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toBe('The port is in use. Stop what uses it, or choose another with PORT.\n')
  })

  it('for a database that does not answer says which variable to check, and shows no password', async () => {
    const server = startProcess({ DATA_DIR: dataFolder(), DATABASE_URL: 'postgres://user:canary@127.0.0.1:1/x' })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toContain('DATABASE_URL')
    expect(server.stderr()).not.toContain('canary')
  })

  it('for a damaged database says so and leaves it as it is', async () => {
    const folder = filledFolder('SIGTERM')
    writeFileSync(join(folder, 'secrets.db'), 'this is no database, but it is a file of some length'.repeat(100))
    const before = contentOf(folder)
    const server = startProcess({ DATA_DIR: folder })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toContain('is damaged')
    expect(contentOf(folder)).toEqual(before)
  })
})
