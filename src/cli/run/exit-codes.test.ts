import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { program } from '#cli/testing/cli-program.ts'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { startPiped } from '#cli/testing/piped.ts'
import { startOnTerminal } from '#cli/testing/terminal.ts'

// Signals and exit codes of `gradient run`.

const server = await startCliServer()
await server.set(server.team, { PASSWORD: 's3cr3t-value' })
const env = server.env(await server.key({ access: ['run'] }))

const signals = ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const

/** Prints received signals, and ends with 9 at SIGTERM or at the second SIGINT. */
const listener = `
  let interrupts = 0
  const say = (signal) => { console.log('got ' + signal + ' ' + process.env.PASSWORD) }
  for (const signal of ['SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2']) process.on(signal, () => say(signal))
  process.on('SIGTERM', () => { say('SIGTERM'); process.exit(9) })
  process.on('SIGINT', () => { say('SIGINT ' + ++interrupts); if (interrupts === 2) process.exit(9) })
  console.log('ready')
  setInterval(() => undefined, 1000)
`
const listening = ['run', '--', process.execPath, '-e', listener]
const unmasked = ['run', '--no-mask', '--', process.execPath, '-e', listener]
/** On a terminal, except for stderr: the command keeps the current terminal. */
const apart = { env, command: ['/bin/sh', '-c', 'exec "$@" 2>/dev/null', 'sh', ...program] as [string, ...string[]] }

test('without a terminal, forwards every signal once, including SIGINT', async () => {
  const { child, stdout, ended } = startPiped(listening, { env })
  await stdout.until('ready')
  for (const signal of ['SIGINT', ...signals] as const) {
    child.kill(signal)
    await stdout.until(`got ${signal}`)
  }
  expect(await ended).toBe(9)
  expect(stdout.text()).toBe(`ready\ngot SIGINT 1 ***\n${signals.map((signal) => `got ${signal} ***\n`).join('')}`)
})

test.each([
  ['on a pseudo-terminal', { env }],
  ['on the current terminal', apart],
])('%s, forwards every signal except SIGINT, which the terminal sent', async (_, options) => {
  const { pid, screen, ended } = startOnTerminal(listening, options)
  await screen.until('ready')
  process.kill(pid, 'SIGINT')
  for (const signal of signals) {
    process.kill(pid, signal)
    await screen.until(`got ${signal}`)
  }
  expect(await ended).toBe(9)
  expect(screen.text()).not.toContain('SIGINT')
})

test.each([
  ['on a pseudo-terminal', { env }, listening],
  ['on the current terminal', apart, listening],
  ['without masking', { env }, unmasked],
])('%s, Ctrl-C reaches the command once, and gradient waits for it', async (_, options, args) => {
  const { type, screen, ended } = startOnTerminal(args, options)
  await screen.until('ready')
  type('\u0003')
  await screen.until('got SIGINT 1')
  type('\u0003')
  await screen.until('got SIGINT 2')
  expect(await ended).toBe(9)
  expect(screen.text().includes('s3cr3t')).toBe(args === unmasked)
})

test('a forwarded signal that ends the command gives 128 plus its number', async () => {
  const { child, stdout, ended } = startPiped(['run', '--', '/bin/sh', '-c', 'echo ready; exec sleep 60'], { env })
  await stdout.until('ready')
  child.kill('SIGUSR1')
  expect(await ended).toBe(128 + constants.signals.SIGUSR1)
})
