import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { networkTarget } from './network-requests.ts'

/** A real server process. */
export type ServerProcess = {
  /** The address that the server prints when it is ready. Rejects when the server ends first. */
  ready: Promise<string>
  /** Resolves with the exit code, or with the signal that ended the process. */
  ended: Promise<number | NodeJS.Signals>
  stdout(): string
  stderr(): string
  kill(signal: NodeJS.Signals): void
  /** Sends a request over the network once the server is ready. */
  request: SendRequest
}

const main = fileURLToPath(new URL('../../node/main.js', import.meta.url))

/**
 * Starts a server process with only these settings in its environment, on a free port by default. The caller ends it.
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
