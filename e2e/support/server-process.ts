import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryRoot } from '#server/testing/processes/temporary-folder.ts'

const root = join(import.meta.dirname, '../..')

/** The product as users start it, with its own data folder. */
export type ServerProcess = {
  /** Stays the same after every start. */
  address: string
  /** The link that the server printed at its first start. */
  setupLink: string
  folder: string
  /** Everything printed so far, on both streams. */
  output(): string
  start(): Promise<void>
  stop(): Promise<void>
  /** Stops the server and deletes its folder. */
  discard(): Promise<void>
}

/** Starts a server that is not set up yet, with these settings besides its own folder and port. */
export const startServer = async (settings: Record<string, string> = {}): Promise<ServerProcess> => {
  const folder = mkdtempSync(join(temporaryRoot, 'gradient-e2e-'))
  let output = ''
  let child: ChildProcess | undefined
  let port = '0'

  /** Waits for a line of the output. Returns the first group of `pattern`. */
  const printed = async (running: ChildProcess, pattern: RegExp, from: number): Promise<string> => {
    for (;;) {
      const found = pattern.exec(output.slice(from))?.[1]
      if (found !== undefined) return found
      if (running.exitCode !== null) throw new Error(`The server ended before it was ready:\n${output}`)
      await Promise.race([once(running.stdout as NodeJS.ReadableStream, 'data'), once(running, 'exit')])
    }
  }
  const start = async (): Promise<string> => {
    const from = output.length
    // Inherits no settings of this machine: they might name a real database.
    const environment = { PATH: process.env.PATH, DATA_DIR: folder, PORT: port, ...settings }
    const running = spawn(process.execPath, ['src/server/node/main.js'], { cwd: root, env: environment })
    for (const stream of [running.stdout, running.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    }
    child = running
    return printed(running, /is ready at (\S+)\n/, from)
  }
  const stop = async (): Promise<void> => {
    const running = child
    child = undefined
    if (!running || running.exitCode !== null) return
    const ended = once(running, 'close')
    running.kill('SIGTERM')
    await ended
  }

  const address = await start()
  port = new URL(address).port
  return {
    address,
    setupLink: /first account at (\S+)\n/.exec(output)?.[1] ?? '',
    folder,
    output: () => output,
    start: async () => {
      await start()
    },
    stop,
    discard: async () => {
      await stop()
      rmSync(folder, { recursive: true })
    },
  }
}
