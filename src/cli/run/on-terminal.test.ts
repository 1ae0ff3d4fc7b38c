import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program } from '#cli/testing/cli-program.ts'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

// What `gradient run` is on a terminal: for the command, the terminal is still there.

const server = await startCliServer()
await server.set(server.team, { PASSWORD: 's3cr3t-value' })
const env = server.env(await server.key({ access: ['run'] }))
const log = join(newTemporaryFolder(), 'log')

const shell = (code: string): string[] => ['run', '--quiet', '--', '/bin/sh', '-c', code]
const node = (code: string): string[] => ['run', '--quiet', '--', process.execPath, '-e', code]
/** Starts it by a shell that is on the terminal, and has `"$@"` for it. */
const by = (code: string) => ({ env, command: ['/bin/bash', '-c', code, 'sh', ...program] as [string, ...string[]] })
const plain = (text: string) => text.replaceAll('\r\n', '\n')

/** How the streams of `gradient` may be redirected on a terminal. */
const whole = by('exec "$@"')
const errorsApart = by(`exec "$@" 2>'${log}'`)
const inputApart = by('exec "$@" </dev/null')
const outputApart = by('"$@" | cat')
const inBackground = by('set -m; "$@" & wait $!')

const streams = 'for fd in 0 1 2; do test -t $fd && printf "terminal " || printf "no "; done; echo "$PASSWORD"'

test.each([
  ['all three streams on the terminal', whole, 'terminal terminal terminal ***\n'],
  ['stderr in a file', errorsApart, 'terminal terminal no ***\n'],
  ['stdin from elsewhere', inputApart, 'no terminal terminal ***\n'],
  ['stdout in a pipe', outputApart, 'terminal no terminal ***\n'],
  ['gradient in the background', inBackground, 'terminal terminal terminal ***\n'],
])('with %s, the command has a terminal exactly where gradient has one, and is masked', async (_, options, shows) => {
  const { screen, ended } = startOnTerminal(shell(streams), options)
  expect(await ended).toBe(0)
  // The shell says itself that a job is done.
  expect(plain(screen.text()).replace(/^\[1\].*\n/m, '')).toBe(shows)
})

test.each([
  ['all three streams on the terminal', whole],
  ['stdin from elsewhere', inputApart],
])('with %s, the command cannot read what is shown before it is masked', async (_, options) => {
  const { screen, ended } = startOnTerminal(shell('ls -l /proc/$$/fd | grep -c ptmx; echo "$PASSWORD"'), options)
  expect(await ended).toBe(0)
  expect(plain(screen.text())).toBe('0\n***\n')
})

test('the bytes on the terminal are those that it would show without gradient', async () => {
  const code = 'printf "one\\ntwo\\r\\n\\033[31mred\\033[0m\\n"; tput cols 2>&1; printf "%s" last'
  const { screen: bare, ended: first } = startOnTerminal([], { env, command: ['/bin/sh', '-c', code] })
  await first
  for (const options of [whole, inputApart]) {
    const { screen, ended } = startOnTerminal(shell(code), options)
    await ended
    expect(screen.text()).toBe(bare.text())
  }
})

test.each([
  ['all three streams on the terminal', whole],
  ['stderr in a file', errorsApart],
  ['stdin from elsewhere', inputApart],
])('with %s, the command sees the size, and the new size as soon as it is told of it', async (_, options) => {
  const { screen, resize, ended } = startOnTerminal(
    node(`
      const say = () => console.log(process.env.PASSWORD + process.stdout.columns + 'x' + process.stdout.rows)
      setInterval(() => undefined, 1000)
      let told = 0
      process.stdout.on('resize', () => { say(); if (++told === 2) process.exit(4) })
      say()`),
    { ...options, columns: 91, rows: 33 },
  )
  await screen.until('***91x33')
  resize(120, 40)
  await screen.until('***120x40')
  resize(60, 20)
  await screen.until('***60x20')
  expect(await ended).toBe(4)
})

test.each([
  ['all three streams on the terminal', whole],
  ['stderr in a file', errorsApart],
])('with %s, what is typed reaches the command, and a value is masked where it is echoed', async (_, options) => {
  const { screen, type, ended } = startOnTerminal(
    shell('printf "Name: "; read -r name; printf "<%s>\\n" "$name"; cat >/dev/null; exit 5'),
    options,
  )
  await screen.until('Name: ')
  type('s3cr3t-value\r')
  await screen.until('<***>')
  type('\u0004')
  expect(await ended).toBe(5)
})

test('a value that is written in two pieces is masked on a terminal', async () => {
  const { screen, type, ended } = startOnTerminal(
    node(`
      process.stdin.setRawMode(true)
      process.stdout.write('a s3cr3t-')
      process.stdin.once('data', () => process.stdout.write('value b', () => process.exit(3)))`),
    whole,
  )
  expect(await screen.until('a ')).toBe('a ')
  type('x')
  expect(await ended).toBe(3)
  expect(screen.text()).toBe('a *** b')
})

test('the command has the terminal to itself: its jobs, its interrupts, /dev/tty', async () => {
  const { screen, type, ended } = startOnTerminal(
    ['run', '--quiet', '--', '/bin/bash', '--norc', '--noprofile', '-i'],
    { env: { ...env, PS1: '> ' } },
  )
  await screen.until('> ')
  type("sh -c 'echo up$((1+1)); read -r line'\r")
  await screen.until('up2')
  type('\u001a')
  await screen.until(/Stopped[^>]*> /)
  type('echo "$PASSWORD" >/dev/tty; kill -KILL $$\r')
  expect(await ended).toBe(137)
  expect(screen.text()).not.toContain('s3cr3t')
  expect(screen.text()).toContain('***\r\n')
  expect(screen.text()).not.toContain('no job control')
})

test('the terminal is afterwards as it was before, also when a signal ended the command', async () => {
  const { screen, ended } = startOnTerminal(
    shell('stty raw -echo; kill -KILL $$'),
    by('stty -g; "$@"; echo $?; stty -g'),
  )
  expect(await ended).toBe(0)
  const [before, code, after] = plain(screen.text()).split('\n')
  expect(code).toBe('137')
  expect(after).toBe(before)
})

test('a terminal that goes away ends the command', async () => {
  const file = join(newTemporaryFolder(), 'ended')
  const { hangUp, screen } = startOnTerminal(
    shell(`trap 'echo HUP >"${file}"; exit' HUP; echo ready; while :; do sleep 0.05; done`),
    whole,
  )
  await screen.until('ready')
  hangUp()
  await expect.poll(() => readFileSync(file, 'utf8')).toBe('HUP\n')
})

test('a program that keeps the terminal after the command’s end is not waited for', async () => {
  const { screen, ended } = startOnTerminal(shell('trap "" HUP; sleep 60 & echo "$! $PASSWORD"; exit 3'), whole)
  expect(await ended).toBe(3)
  process.kill(Number.parseInt(screen.text(), 10), 'SIGKILL')
  expect(screen.text()).toContain('***')
})
