import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** The entry point of `npm run admin`. */
export const adminMain = fileURLToPath(new URL('../../node/admin/main.js', import.meta.url))

/** The output and the exit code of an admin command. */
export type AdminResult = { code: number; stdout: string; stderr: string }

/** Runs an admin command in a process of its own, with only these settings in its environment. */
export const runAdminProcess = async (
  args: readonly string[],
  settings: Record<string, string>,
  input = '',
): Promise<AdminResult> => {
  const child = spawn(process.execPath, [adminMain, ...args], { env: { PATH: process.env.PATH, ...settings } })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
    })
  }
  // A command that ends without reading closes the pipe.
  child.stdin.on('error', () => undefined).end(input)
  const [code] = await once(child, 'close')
  return { code, ...said }
}
