import { execFileSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FaultContext } from './fault-context.ts'

/** A disk that can be filled and freed. */
export type SmallDisk = {
  folder: string
  /** Takes all remaining space. */
  fill(): void
  /** Frees the space that {@link SmallDisk.fill} took. */
  empty(): void
}

const block = Buffer.alloc(64 * 1024, 1)

/**
 * Mounts a disk of this many megabytes in memory. Returns `undefined` where that is not allowed: it requires root on
 * Linux.
 */
export const mountSmallDisk = ({ folder, later }: FaultContext, megabytes: number): SmallDisk | undefined => {
  const mountPoint = join(folder(), 'disk')
  mkdirSync(mountPoint)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'gradient-faults', mountPoint], {
      stdio: 'ignore',
    })
  } catch {
    return undefined
  }
  later(() => execFileSync('umount', ['--lazy', mountPoint], { stdio: 'ignore' }))
  const ballast = join(mountPoint, 'ballast')
  return {
    folder: mountPoint,
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
