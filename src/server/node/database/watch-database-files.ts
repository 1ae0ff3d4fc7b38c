import { statSync } from 'node:fs'
import { DatabaseGone } from '#server/store/database-gone.ts'

/**
 * Returns a function that throws {@link DatabaseGone} when SQLite's file or its write-ahead log is not the one any more
 * that was there at the first call. SQLite itself goes on writing to files that are in no folder any more. Two calls of
 * `stat` take some microseconds; a commit waits for the disk, which takes longer.
 */
export const watchDatabaseFiles = (path: string): (() => void) => {
  const first = new Map<string, number>()
  const files = [path, `${path}-wal`]
  return () => {
    for (const file of files) {
      const inode = statSync(file, { throwIfNoEntry: false })?.ino
      const known = first.get(file)
      // The log is created with the first write.
      if (known === undefined && inode !== undefined) first.set(file, inode)
      else if (known !== inode) throw new DatabaseGone()
    }
  }
}
