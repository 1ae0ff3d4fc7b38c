import { closeSync, fsyncSync, mkdirSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a master key into a new file for its owner only; both outlive a power cut that comes right after: the file,
 * and its entry in the folder. A file that is there already stays as it is, and the error's code is `EEXIST`.
 */
export const writeKeyFile = (path: string, key: Uint8Array): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, `${Buffer.from(key).toString('base64')}\n`)
    fsyncSync(file)
  } catch (error) {
    // On a full disk: a file with half a key would stand in the way of the next attempt.
    unlinkSync(path)
    throw error
  } finally {
    closeSync(file)
  }
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
