import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * Returns a server's clock: the settings that start the server with it, and a function that shifts it by some
 * milliseconds.
 */
export const serverClock = (folder: string) => {
  const file = join(folder, 'shift')
  const set = (shift: number) => {
    // Renames atomically: the server may read the file at any time.
    writeFileSync(`${file}.new`, `${shift}`)
    renameSync(`${file}.new`, file)
  }
  set(0)
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href
  return { set, settings: { NODE_OPTIONS: `--import ${preload}`, CLOCK_SHIFT_FILE: file } }
}
