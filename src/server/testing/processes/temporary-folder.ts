import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUp } from '#server/testing/clean-up.ts'
import { scratch } from './memory-folder.ts'

/** Makes an empty folder that goes when it is not needed any more. */
export const newFolder = (): string => {
  const folder = mkdtempSync(join(scratch, 'gradient-test-'))
  cleanUp(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What is in a folder: for each file its mode and a hash of its content. */
export const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder).map((name) => {
      const path = join(folder, name)
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex')
      return [name, `${modeOf(path)} ${hash}`]
    }),
  )

/** The permissions of a file or folder, as `0600`. */
export const modeOf = (path: string): string => (statSync(path).mode & 0o7777).toString(8).padStart(4, '0')
