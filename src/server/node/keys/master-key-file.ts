import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'

/**
 * Writes a master key to a new file that only its owner can read. File and directory entry survive a power cut. Throws
 * an error with the code `EEXIST` when the file exists.
 */
export const writeKeyFile = (path: string, key: Uint8Array): void => writeKeyText(path, formatKeyText(key))

/** Returns the text of a plain master key's file. */
export const formatKeyText = (key: Uint8Array): string => `${Buffer.from(key).toString('base64')}\n`

/** Writes a master key's file like {@link writeKeyFile}, with any text. */
export const writeKeyText = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } catch (error) {
    // For example on a full disk. A file with half a key would block the next attempt.
    unlinkSync(path)
    throw error
  } finally {
    closeSync(file)
  }
  syncFolder(path)
}

/** Returns the path of the key that a rotation changes to, next to the current one. */
export const nextKeyPath = (path: string): string => `${path}.next`

/** Writes the next key atomically. Only one process at a time may call it. */
export const writeNextKey = (path: string, text: string): void => {
  const unfinished = `${nextKeyPath(path)}.unfinished`
  rmSync(unfinished, { force: true })
  writeKeyText(unfinished, text)
  renameSync(unfinished, nextKeyPath(path))
  syncFolder(path)
}

/**
 * Replaces the current key with the next one and keeps the old key in a file next to it, named by its id. There is a
 * file at `path` at every moment. Returns the path of the old key.
 */
export const replaceKeyWithNext = (path: string, oldId: string): string => {
  const old = `${path}.old-${oldId}`
  if (existsSync(path) && !existsSync(old)) writeKeyText(old, readFileSync(path, 'utf8'))
  renameSync(nextKeyPath(path), path)
  syncFolder(path)
  return old
}

const syncFolder = (path: string): void => {
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
