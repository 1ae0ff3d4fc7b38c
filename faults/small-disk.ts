import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Surroundings } from './surroundings.ts'

/** A disk that can be filled and emptied. */
export type SmallDisk = {
  folder: string
  /** Takes all that is left of it. */
  fill(): void
  /** Gives back what {@link SmallDisk.fill} took. */
  empty(): void
}

const block = Buffer.alloc(64 * 1024, 1)

/** Mounts a disk of so many megabytes in memory, or returns `undefined` where that is not allowed: it takes root on Linux. */
export const mountSmallDisk = ({ folder, later }: Surroundings, megabytes: number): SmallDisk | undefined => {
  const place = join(folder(), 'disk')
  mkdirSync(place)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'gradient-faults', place], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  later(() => execFileSync('umount', ['--lazy', place], { stdio: 'ignore' }))
  const ballast = join(place, 'ballast')
  return {
    folder: place,
    fill: () => {
      const file = openSync(ballast, 'a')
      try {
        for (let size = block.byteLength; size >= 4096; ) {
          try {
            if (writeSync(file, block, 0, size) < size) size = Math.floor(size / 2)
          } catch (error) {
            if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
            size = Math.floor(size / 2)
          }
        }
      } finally {
        closeSync(file)
      }
    },
    empty: () => rmSync(ballast, { force: true }),
  }
}
