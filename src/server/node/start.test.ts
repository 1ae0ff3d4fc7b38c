import { randomBytes } from 'node:crypto'
import { openSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  dataFolderContent,
  newDataFolder,
  type ShutdownSignal,
  usedDataFolder,
} from '#server/testing/processes/data-folder.ts'
import { folderContent, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { parseConfig } from './config.ts'
import { startServer } from './server.ts'

const endings: ShutdownSignal[] = ['SIGTERM', 'SIGKILL']
const copies = { SIGTERM: await usedDataFolder('SIGTERM'), SIGKILL: await usedDataFolder('SIGKILL') }
const newKey = () => randomBytes(32).toString('base64')
const log = openSync(join(newTemporaryFolder(), 'log'), 'w')

/** Starts a server in this process and stops it immediately. */
const startOnce = async (settings: Record<string, string>) => {
  const server = await startServer(parseConfig({ PORT: '0', ...settings }), { log })
  await server.stop()
  return server
}

describe.each(endings)('a start on the data of a server that was ended by %s', (ending) => {
  it('finds set-up complete', async () => {
    expect((await startOnce({ DATA_DIR: copies[ending]() })).setupLink).toBeUndefined()
  })

  it('is rejected with another master key and writes nothing', async () => {
    const folder = copies[ending]()
    const before = dataFolderContent(folder)
    expect(Object.keys(before).includes('secrets.db-wal')).toBe(ending === 'SIGKILL')
    await expect(startOnce({ DATA_DIR: folder, MASTER_KEY: newKey() })).rejects.toThrow('does not belong')
    writeFileSync(join(folder, '..', 'other.key'), newKey())
    const other = { MASTER_KEY_FILE: join(folder, '..', 'other.key') }
    await expect(startOnce({ DATA_DIR: folder, ...other })).rejects.toThrow('does not belong')
    expect(dataFolderContent(folder)).toEqual(before)
  })

  it('is rejected without its master key, writes nothing, and succeeds when the key is back', async () => {
    const folder = copies[ending]()
    const [path, kept] = [join(folder, 'master.key'), join(folder, '..', 'kept.key')]
    renameSync(path, kept)
    const before = dataFolderContent(folder)
    await expect(startOnce({ DATA_DIR: folder })).rejects.toThrow(`${path} is missing`)
    expect(dataFolderContent(folder)).toEqual(before)
    renameSync(kept, path)
    expect((await startOnce({ DATA_DIR: folder })).setupLink).toBeUndefined()
  })

  it('reads its key from another file, and creates none', async () => {
    const folder = copies[ending]()
    const elsewhere = join(folder, '..', 'kept.key')
    renameSync(join(folder, 'master.key'), elsewhere)
    await startOnce({ DATA_DIR: folder, MASTER_KEY_FILE: elsewhere })
    expect(Object.keys(folderContent(folder))).toEqual(['secrets.db'])
  })
})

describe('the first start', () => {
  it('prints the same link again until there is an account', async () => {
    const settings = { DATA_DIR: newDataFolder(), PUBLIC_URL: 'https://secrets.example.com' }
    const { setupLink } = await startOnce(settings)
    expect(setupLink).toMatch(/^https:\/\/secrets\.example\.com\/setup#token=[\w-]{43}$/)
    expect((await startOnce(settings)).setupLink).toBe(setupLink)
  })

  it('prints a different link for each installation', async () => {
    const links = [await startOnce({ DATA_DIR: newDataFolder() }), await startOnce({ DATA_DIR: newDataFolder() })]
    expect(links[0]?.setupLink?.split('#')[1]).not.toBe(links[1]?.setupLink?.split('#')[1])
  })

  it('creates no key file when the key comes from the environment', async () => {
    const settings = { DATA_DIR: newDataFolder(), MASTER_KEY: newKey() }
    await startOnce(settings)
    await startOnce(settings)
    expect(Object.keys(folderContent(settings.DATA_DIR))).toEqual(['secrets.db'])
  })
})
