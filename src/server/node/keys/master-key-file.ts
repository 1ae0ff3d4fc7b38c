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
 * Writes a master key into a new file for its owner only; both outlive a power cut that comes right after: the file,
 * and its entry in the folder. A file that is there already stays as it is, and the error's code is `EEXIST`.
 */
export const writeKeyFile = (path: string, key: Uint8Array): void => writeKeyText(path, formatKeyText(key))

/** A plain master key as it stands in its file. */
export const formatKeyText = (key: Uint8Array): string => `${Buffer.from(key).toString('base64')}\n`

/** The same for what else a master key's file may hold. */
export const writeKeyText = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const file = openSync(path, 'wx', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } catch (error) {
    // On a full disk: a file with half a key would stand in the way of the next attempt.
    unlinkSync(path)
    throw error
  } finally {
    closeSync(file)
  }
  syncFolderOf(path)
}

/** Where the key is that a rotation is about to bring into use: beside the file of the one in use. */
export const nextKeyPath = (path: string): string => `${path}.next`

/** Writes the next key whole or not at all. Only one process at a time may do so. */
export const writeNextKey = (path: string, text: string): void => {
  const unfinished = `${nextKeyPath(path)}.unfinished`
  rmSync(unfinished, { force: true })
  writeKeyText(unfinished, text)
  renameSync(unfinished, nextKeyPath(path))
  syncFolderOf(path)
}

/**
 * Puts the next key in the place of the one in use, which is kept beside it, under its public name. There is a file at
 * `path` at every moment. Returns the path of the old key.
 */
export const replaceKeyWithNext = (path: string, oldId: string): string => {
  const old = `${path}.old-${oldId}`
  if (existsSync(path) && !existsSync(old)) writeKeyText(old, readFileSync(path, 'utf8'))
  renameSync(nextKeyPath(path), path)
  syncFolderOf(path)
  return old
}

const syncFolderOf = (path: string): void => {
  const folder = openSync(dirname(path), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
