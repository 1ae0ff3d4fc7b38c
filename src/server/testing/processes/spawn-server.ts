import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { networkTarget } from './network-requests.ts'

/** The server as people start it: a process of its own. */
export type ServerProcess = {
  /** The address that it says it is ready at; rejects when it ends without saying so. */
  ready: Promise<string>
  /** Resolves with the exit code, or with the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
  stdout(): string
  stderr(): string
  kill(signal: NodeJS.Signals): void
  /** Asks it over the network, once it is ready. */
  request: SendRequest
}

const main = fileURLToPath(new URL('../../node/main.js', import.meta.url))

/**
 * Starts the server with these settings and none from the surroundings, on a free port unless told. Whoever starts it
 * ends it.
 */
export const spawnServer = (settings: Record<string, string>): ServerProcess => {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env.PATH, PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said = { stdout: '', stderr: '' }
  const ready = Promise.withResolvers<string>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text
    const [, address] = said.stdout.match(/ready at (\S+)\n/) ?? []
    if (address) ready.resolve(address)
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text
  })
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals)[]) => {
    ready.reject(new Error(`The server ended: ${said.stderr}`))
    return code ?? signal ?? 1
  })
  ready.promise.catch(() => undefined)
  return {
    ready: ready.promise,
    ended,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    kill: (signal) => child.kill(signal),
    request: requestSender(networkTarget(ready.promise)),
  }
}
