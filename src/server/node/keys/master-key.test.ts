import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openMasterSeal } from '#server/crypto/master-seal.ts'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { ConfigError } from '#server/node/config.ts'
import { fileMode, folderContent, newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { findMasterKey, masterKeySource } from './master-key.ts'
import { writeKeyFile } from './master-key-file.ts'
import { nodeCipher } from './node-crypto.ts'

const checkOf = async (key: Bytes) => (await openMasterSeal(key, nodeCipher)).keyCheck()
const fileAt = (path: string) => masterKeySource({ from: 'file', path })

describe('the master key’s file', () => {
  const newPath = () => join(newTemporaryFolder(), 'data', 'master.key')

  it('is created once, readable by its owner only, and read from then on', async () => {
    const path = newPath()
    const made = await findMasterKey(fileAt(path), undefined)
    expect(made.byteLength).toBe(32)
    expect([fileMode(path), fileMode(join(path, '..'))]).toEqual(['0600', '0700'])
    expect(await findMasterKey(fileAt(path), await checkOf(made))).toEqual(made)
    expect(await findMasterKey(fileAt(path), undefined)).toEqual(made)
  })

  it('is never created for data that another key belongs to', async () => {
    const path = newPath()
    await expect(findMasterKey(fileAt(path), await checkOf(new Uint8Array(32)))).rejects.toThrow(`${path} is missing`)
    expect(existsSync(join(path, '..'))).toBe(false)
  })

  it('is rejected and left unchanged when it holds no key', async () => {
    const path = join(newTemporaryFolder(), 'master.key')
    writeFileSync(path, 'canary')
    const error: unknown = await findMasterKey(fileAt(path), undefined).catch((caught) => caught)
    expect(error).toBeInstanceOf(ConfigError)
    expect(`${error}`).toContain(path)
    expect(`${error}`).not.toContain('canary')
  })

  it('is never overwritten, neither by a source nor by a restore', async () => {
    const path = newPath()
    await findMasterKey(fileAt(path), undefined)
    const before = folderContent(join(path, '..'))
    await expect(fileAt(path).create?.()).rejects.toThrow('EEXIST')
    expect(() => writeKeyFile(path, new Uint8Array(32))).toThrow('EEXIST')
    expect(folderContent(join(path, '..'))).toEqual(before)
  })
})

describe('a master key in the environment', () => {
  it('is used as it is, with and without data', async () => {
    const key = new Uint8Array(32).fill(7)
    const source = masterKeySource({ from: 'environment', key })
    const taken = [await findMasterKey(source, await checkOf(key)), await findMasterKey(source, undefined)]
    expect(taken).toEqual([key, key])
  })
})
