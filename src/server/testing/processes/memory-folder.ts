import { accessSync, constants, readFileSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'

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

export const scratch = find()
