import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** A server's clock: the settings that have it start with this one, and what sets it off by some milliseconds. */
export const clockIn = (folder: string) => {
  const file = join(folder, 'shift')
  const set = (shift: number) => {
    // As one: the server may read it at any time.
    writeFileSync(`${file}.new`, `${shift}`)
    renameSync(`${file}.new`, file)
  }
  set(0)
  const preload = pathToFileURL(join(import.meta.dirname, 'shifted-clock.ts')).href
  return { set, settings: { NODE_OPTIONS: `--import ${preload}`, CLOCK_SHIFT_FILE: file } }
}
