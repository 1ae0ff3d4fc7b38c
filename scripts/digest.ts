import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A hash of files by their names and contents. Patterns are relative to `root`. */
export const digestOf = (root: string, patterns: readonly string[], exclude: readonly string[] = []): string => {
  const files = globSync([...patterns], { cwd: root, withFileTypes: true, exclude: [...exclude] })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  const hash = createHash('sha256')
  for (const file of files) hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0')
  return hash.digest('hex')
}
