import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const main = join(import.meta.dirname, '../../src/cli/main.ts')

/** A terminal with its own home folder. It inherits no settings of this machine except the given ones. */
export type Terminal = {
  /** Runs `gradient` until it exits. */
  run(...args: string[]): Promise<{ code: number; stdout: string }>
  /** Starts `gradient login`. Resolves once it has printed the address to open. */
  startLogin(server: string): Promise<{ address: string; code: string; ended: Promise<number> }>
  close(): void
}

export const openTerminal = (settings: Record<string, string> = {}): Terminal => {
  const home = mkdtempSync(join(tmpdir(), 'gradient-home-'))
  const running = new Set<ReturnType<typeof start>['child']>()
  const start = (args: readonly string[]) => {
    const env = { PATH: process.env.PATH, HOME: home, ...settings }
    const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        said[stream] += text
      })
    }
    const ended = once(child, 'close').then(([code]) => (code as number | null) ?? -1)
    running.add(child)
    return { child, said, ended }
  }
  return {
    run: async (...args) => {
      const { said, ended } = start(args)
      return { code: await ended, stdout: said.stdout }
    },
    startLogin: async (server) => {
      const { child, said, ended } = start(['login', server, '--no-browser'])
      for (;;) {
        const [address, code] = /http\S+\?code=(\S+)\n/.exec(said.stderr) ?? []
        if (address && code) return { address: address.trim(), code, ended }
        if (child.exitCode !== null) throw new Error(`It ended before it had shown a code:\n${said.stderr}`)
        await Promise.race([once(child.stderr, 'data'), ended])
      }
    },
    close: () => {
      for (const child of running) child.kill('SIGKILL')
      rmSync(home, { recursive: true, force: true })
    },
  }
}
