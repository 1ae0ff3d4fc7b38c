import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'

/** Returns the lines of a backup. */
export const backupLines = (path: string): string[] => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n')

/** Returns the lines of a backup without header and trailer. */
export const backupRows = (path: string): string[] => backupLines(path).slice(1, -1)

/** Writes a backup file with these lines. */
export const writeBackupLines = (path: string, lines: readonly string[]): void =>
  writeFileSync(path, gzipSync(`${lines.join('\n')}\n`))
