import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import type { Command } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes, interrupted } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { waitForKey } from '#cli/login/wait-for-key.ts'
import { withExamples, withInsecure } from '#cli/options/declare-options.ts'
import { readKeyFile, storeKey } from '#cli/options/key-file.ts'
import { parseAddress, requireEncryption } from '#cli/options/server-address.ts'
import { addressInEffect, keyFileOf } from '#cli/options/settings.ts'
import { printable } from '#cli/output/printable.ts'
import { type Client, createClient } from '#client/client.ts'
import { Failure } from '#shared/failure.ts'
import { loginPath, type NewCliLogin, type StartedCliLogin } from '#shared/people/cli-login.ts'

export const loginCommand = (command: Command, context: Context): void => {
  withInsecure(command)
    .description('Get an API key by way of the console, and keep it in the key file.')
    .argument('[address]', 'where the server is; without it, the one of before')
    .option('--no-browser', 'print the address to open, and open nothing')
    .action((address, options) => signIn(context, address, options))
  withExamples(command, [
    ['On this computer', 'gradient login https://secrets.example.com'],
    ['On one without a browser', 'gradient login https://secrets.example.com --no-browser'],
  ])
}

/** Gets a key through the console, where a signed-in member allows it, and stores it with the address of the server. */
const signIn = async (
  { io }: Context,
  given: string | undefined,
  { browser, insecure }: { browser: boolean; insecure?: boolean },
): Promise<void> => {
  const file = keyFileOf(io)
  // Read the file first: a damaged one could not be written at the end.
  const stored = await readKeyFile(file)
  const address = given === undefined ? addressInEffect(io, stored) : parseAddress(given, 'The argument')
  requireEncryption(address, insecure)
  const client = createClient({ baseUrl: address })
  const stop = new AbortController()
  const interrupt = () => stop.abort()
  process.once('SIGINT', interrupt)
  try {
    const verifier = randomBytes(32).toString('base64url')
    const challenge = createHash('sha256').update(verifier).digest('hex')
    const started = await start(client, address, { device: deviceLabel(), challenge }, stop.signal)
    await show(io, address, started, browser)
    const onAway = () => io.note('The server does not answer. Trying on…')
    const { team, apiKey } = await waitForKey(client, { ...started, verifier, signal: stop.signal, onAway })
    await storeKey(file, { address, apiKey: apiKey.key, host: address })
    io.note(`Signed in to ${printable(team.name)} at ${address} as ${printable(apiKey.member?.name ?? team.name)}`)
    if (stored.keys.has(address))
      io.note('The key of before is valid still. Revoke it in the console if nothing else uses it.')
    noteOverrides(io, address)
  } catch (error) {
    throw stop.signal.aborted ? interrupted() : error
  } finally {
    process.removeListener('SIGINT', interrupt)
  }
}

const start = (client: Client, address: string, asked: NewCliLogin, signal: AbortSignal): Promise<StartedCliLogin> =>
  client.cliLogins.start(asked, signal).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error
    const hint = 'Check the address, and that the server runs. Another is given as “gradient login ADDRESS”.'
    if (error.code === 'UNAVAILABLE')
      throw new CommandError(exitCodes.unavailable, `${address} cannot be reached.`, { hint })
    if (error.code !== 'NOT_FOUND' && error.code !== 'METHOD_NOT_SUPPORTED') throw error
    throw new CommandError(exitCodes.failed, `${address} has no sign-in for command lines.`, { hint })
  })

/** Prints the code and the page that allows it, and opens the page in a browser if wanted. */
const show = async (io: Io, address: string, { code, expiresIn }: StartedCliLogin, browser: boolean) => {
  const page = `${address}${loginPath}?code=${encodeURIComponent(code)}`
  io.note(`Your code: ${printable(code)}`)
  io.note(`Allow it in the console within ${Math.round(expiresIn / 60)} minutes: ${page}`)
  const opened = browser && (await openBrowser(page, { platform: process.platform, env: io.env }))
  if (opened) io.note('Your browser opens there. If it does not, open the address yourself.')
}

/** Warns about environment variables that override the stored key and address. */
const noteOverrides = ({ env, note }: Io, address: string): void => {
  const { PAPERSPACE_API_KEY: key, PAPERSPACE_CONFIG_HOST: host } = env
  if (key) note('PAPERSPACE_API_KEY is set, and is used instead.')
  if (host && host.replace(/\/+$/, '') !== address) {
    note('PAPERSPACE_CONFIG_HOST is set, and is used instead.')
  }
}

/** Returns the label of this machine in lists of keys: `ada@laptop`. */
const deviceLabel = (): string => {
  const plain = `${userName()}@${hostname()}`.replaceAll(/\p{Cc}/gu, '')
  return plain.slice(0, 80)
}

const userName = (): string => {
  try {
    return userInfo().username
  } catch {
    // Some containers run with a user ID that has no passwd entry.
    return 'somebody'
  }
}

type BrowserEnvironment = { platform: NodeJS.Platform; env: Readonly<Record<string, string | undefined>> }

/** Returns the command that opens a URL on this system. It is never a shell, which could execute a part of the URL. */
const opener = ({ platform, env }: BrowserEnvironment): readonly [string, ...string[]] | undefined => {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  // Without a display, `xdg-open` may start a text browser in this terminal.
  const hasDisplay = Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
  return hasDisplay ? ['xdg-open'] : undefined
}

/** Opens a URL in the user’s browser, which outlives this process. Returns `false` when that is not possible. */
const openBrowser = (address: string, environment: BrowserEnvironment): Promise<boolean> => {
  const [command, ...first] = opener(environment) ?? []
  if (command === undefined) return Promise.resolve(false)
  return new Promise((opened) => {
    const child = spawn(command, [...first, address], { env: environment.env, detached: true, stdio: 'ignore' })
    child.once('spawn', () => opened(true))
    child.once('error', () => opened(false))
    child.unref()
  })
}
