import { createHash } from 'node:crypto'
import { accessSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cleanUp } from '#server/testing/clean-up.ts'

/** Creates an empty folder and deletes it after the test. */
export const newTemporaryFolder = (): string => {
  const folder = mkdtempSync(join(temporaryRoot, 'gradient-test-'))
  cleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Returns the mode and a hash of the content for each file of a folder. */
export const folderContent = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => {
      const path = join(folder, name)
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
      return [name, `${fileMode(path)} ${hash}`]
    }),
  )

/** Returns the permissions of a file or folder, like `0600`. */
export const fileMode = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')

const inMemory = '/dev/shm'

/** More than all tests use at once, in bytes. */
const enough = 1024 ** 3

/**
 * Finds where tests create their folders: in Linux's memory file system, if it has enough space and programs may run
 * there. SQLite syncs every transaction to disk, and killing a process does not depend on that.
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
