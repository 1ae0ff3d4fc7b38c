import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { dataFolderContent, newDataFolder, usedDataFolder } from '#server/testing/processes/data-folder.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { fileMode, folderContent } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'

const afterCrash = await usedDataFolder('SIGKILL')

describe('the first start', () => {
  it('creates folder, key and database for its owner only, and prints a set-up link and its address', async () => {
    const folder = newDataFolder()
    const server = startServerProcess({ DATA_DIR: folder })
    const address = await server.ready
    const [, token = ''] = server.stdout().match(/token=(.*)/) ?? []
    expect(token).toMatch(/^[\w-]{43}$/)
    expect(server.stdout()).toBe(
      `Make the first account at ${address}/setup#token=${token}\nGradient Secrets is ready at ${address}\n`,
    )
    expect(fileMode(folder)).toBe('0700')
    for (const file of ['master.key', 'secrets.db', 'secrets.db-wal', 'secrets.db-shm']) {
      expect([file, fileMode(join(folder, file))]).toEqual([file, '0600'])
    }
    expect((await server.request('POST', '/v1/setup', { ...firstAccount, token })).status).toBe(201)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(server.stderr()).not.toContain('token')
  })
})

describe('a start after a crash', () => {
  it('finds all data and prints no link', async () => {
    const server = startServerProcess({ DATA_DIR: afterCrash(), SETUP_TOKEN: firstAccount.token })
    const address = await server.ready
    expect(server.stdout()).toBe(`Gradient Secrets is ready at ${address}\n`)
    const cookie = sessionCookie(await server.request('POST', '/v1/session', firstAccount))
    const { json } = await server.request('GET', '/v1/teams/gradient-next/secrets/A', undefined, cookie)
    expect(json).toMatchObject({ name: 'A', version: 1 })
  })

  it('logs the id of its master key once, as doctor shows it', async () => {
    const folder = afterCrash()
    const server = startServerProcess({ DATA_DIR: folder })
    await server.request('GET', '/v1/openapi.json')
    server.kill('SIGTERM')
    await server.ended
    const lines = server.stderr().trimEnd().split('\n')
    const starts = lines.map((line) => JSON.parse(line)).filter((entry) => 'masterKey' in entry)
    expect(starts).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        masterKey: expect.stringMatching(/^[0-9a-f]{4}(-[0-9a-f]{4}){2}$/),
        msg: 'start',
      },
    ])
    const { stdout } = await runAdminInline(['doctor'], { DATA_DIR: folder })
    expect(stdout).toContain(`Key ${starts[0].masterKey}, in`)
    expect(server.stderr()).not.toContain(readFileSync(join(folder, 'master.key'), 'utf8').trim())
  })

  it('exits with a wrong master key, says why and writes nothing', async () => {
    const folder = afterCrash()
    const before = dataFolderContent(folder)
    const MASTER_KEY = randomBytes(32).toString('base64')
    const server = startServerProcess({ DATA_DIR: folder, MASTER_KEY })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toMatch(/^The master key does not belong to this database\. .*\n$/)
    expect(server.stderr() + server.stdout()).not.toContain(MASTER_KEY)
    expect(dataFolderContent(folder)).toEqual(before)
  })

  it('exits without its master key, says what is missing and writes nothing', async () => {
    const folder = afterCrash()
    rmSync(join(folder, 'master.key'))
    const before = dataFolderContent(folder)
    const server = startServerProcess({ DATA_DIR: folder })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toContain(`${join(folder, 'master.key')} is missing`)
    expect(server.stdout()).toBe('')
    expect(dataFolderContent(folder)).toEqual(before)
  })
})

describe('a failed start', () => {
  it('names an invalid setting, shows no value and creates no file', async () => {
    const folder = newDataFolder()
    const server = startServerProcess({ DATA_DIR: folder, MASTER_KEY: 'canary', SETUP_TOKEN: 'a canary for set-up' })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toMatch(/^MASTER_KEY must be .*\n$/)
    expect(server.stderr() + server.stdout()).not.toContain('canary')
    expect(existsSync(folder)).toBe(false)
  })

  it('says that the port is in use', async () => {
    const { port } = new URL((await startTestServer()).address)
    const server = startServerProcess({ DATA_DIR: newDataFolder(), PORT: port })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toBe('The port is in use. Stop what uses it, or choose another with PORT.\n')
  })

  it('names the variable of an unreachable database, and shows no password', async () => {
    const DATABASE_URL = 'postgres://user:canary@127.0.0.1:1/x'
    const server = startServerProcess({ DATA_DIR: newDataFolder(), DATABASE_URL })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toContain('DATABASE_URL')
    expect(server.stderr()).not.toContain('canary')
  })

  it('reports a damaged database and leaves it unchanged', async () => {
    const folder = afterCrash()
    writeFileSync(join(folder, 'secrets.db'), 'this is no database, but it is a file of some length'.repeat(100))
    rmSync(join(folder, 'secrets.db-wal'))
    rmSync(join(folder, 'secrets.db-shm'))
    const before = folderContent(folder)
    const server = startServerProcess({ DATA_DIR: folder })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toContain('is damaged')
    expect(folderContent(folder)).toEqual(before)
  })

  it('reports a damaged database with a write-ahead log and leaves both unchanged', async () => {
    const [folder, damaged] = [afterCrash(), newDataFolder()]
    const database = new DatabaseSync(join(folder, 'secrets.db'))
    const root = database.prepare("select rootpage from sqlite_schema where name = 'secret_version'").get()?.rootpage
    database.exec('pragma wal_checkpoint(truncate); create table later (id)')
    // While the database is open, the last writes are only in the log.
    cpSync(folder, damaged, { recursive: true })
    database.close()
    const content = readFileSync(join(damaged, 'secrets.db'))
    writeFileSync(join(damaged, 'secrets.db'), content.fill(0, (Number(root) - 1) * 4096, Number(root) * 4096))
    const before = dataFolderContent(damaged)
    const server = startServerProcess({ DATA_DIR: damaged })
    expect(await server.ended).toBe(1)
    expect(server.stderr()).toContain('is damaged')
    expect(dataFolderContent(damaged)).toEqual(before)
  })
})
