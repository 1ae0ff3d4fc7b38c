import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A server in a separate process. {@link RunningServer.stop} ends it. */
export type RunningServer = { line: string; child: ChildProcess; milliseconds: number; stop(): Promise<void> }

/** Starts a Node script and waits for the first line of its output that matches `ready`. */
export const start = async (
  script: string,
  args: readonly string[],
  { ready, environment = {} }: { ready: RegExp; environment?: Record<string, string> },
): Promise<RunningServer> => {
  const began = performance.now()
  const child = spawn(process.execPath, [script, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    let seen = ''
    child.stdout.on('data', (chunk) => {
      seen += chunk
      const found = seen.split('\n').find((text) => ready.test(text))
      if (found) resolve(found)
    })
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code} before it was ready.`)))
  })
  const milliseconds = performance.now() - began
  return {
    line,
    child,
    milliseconds,
    stop: async () => {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
    },
  }
}

/** Returns the resident memory of a process, in bytes. Linux only. */
export const residentBytes = (pid: number): number => {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

/** Runs `work` with a temporary folder and deletes the folder afterwards. */
export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(tmpdir(), 'gradient-bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
