import { execFile } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** File descriptors of a pipe. */
export type Pipe = { reading: number; writing: number }

const execute = promisify(execFile)

/**
 * Opens pipes. Node connects the output of a program to a socket, which a program cannot reopen by `/dev/stdout` or
 * `/dev/stderr`, as shell scripts do. Node cannot create pipes, so these are named pipes whose names are removed before
 * this returns. Returns none when that is impossible: without `mkfifo` or a writable folder.
 */
export const openPipes = async (count: number): Promise<Pipe[]> => {
  if (count === 0) return []
  const opened: number[] = []
  const folder = await mkdtemp(join(tmpdir(), 'gradient-')).catch(() => undefined)
  if (folder === undefined) return []
  try {
    const paths = Array.from({ length: count }, (_, index) => join(folder, `${index}`))
    await execute('mkfifo', ['-m', '600', ...paths], { env: { PATH: process.env.PATH } })
    return paths.map((path) => {
      // Non-blocking, because each end would otherwise wait for the other.
      const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      opened.push(reading)
      const writing = openSync(path, constants.O_WRONLY)
      opened.push(writing)
      return { reading, writing }
    })
  } catch {
    for (const descriptor of opened) closeSync(descriptor)
    return []
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
