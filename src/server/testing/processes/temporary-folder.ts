import { createHash } from 'node:crypto'
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanUp } from '#server/testing/clean-up.ts'

/** Makes an empty folder that goes when it is not needed any more. */
export const newTemporaryFolder = (): string => {
  const folder = mkdtempSync(join(temporaryRoot, 'gradient-test-'))
  cleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What is in a folder: for each file its mode and a hash of its content. */
export const folderContent = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => {
      const path = join(folder, name)
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
      return [name, `${fileMode(path)} ${hash}`]
    }),
  )

/** The permissions of a file or folder, as `0600`. */
export const fileMode = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')

const inMemory = '/dev/shm'

/** More than all that tests have at once, in bytes. */
const enough = 1024 ** 3

/**
 * Where tests make their folders. SQLite waits for the disk with every transaction, and that a process is killed does
 * not show whether it did: so it is Linux's own memory for files, if there is enough of it and programs may be run there.
 */
const find = (): string => {
  try {
    accessSync(inMemory, constants.W_OK)
    const { bavail, bsize } = statfsSync(inMemory)
    const mount = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .findLast((line) => line.split(' ')[1] === inMemory)
    const mayRun = mount !== undefined && !mount.split(' ')[3]?.split(',').includes('noexec')
    return mayRun && bavail * bsize >= enough ? inMemory : tmpdir()
  } catch {
    return tmpdir()
  }
}

export const temporaryRoot = find()
