import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'

/** The lines of a backup. */
export const backupLines = (path: string): string[] => gunzipSync(readFileSync(path)).toString().trimEnd().split('\n')

/** What a backup holds, without when and how it was made. */
export const backupRows = (path: string): string[] => backupLines(path).slice(1, -1)

/** Writes a file of other lines than a backup has. */
export const writeBackupLines = (path: string, lines: readonly string[]): void =>
  writeFileSync(path, gzipSync(`${lines.join('\n')}\n`))
