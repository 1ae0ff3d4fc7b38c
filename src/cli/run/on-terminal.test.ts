import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program } from '#cli/testing/cli-program.ts'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { startOnTerminal } from '#cli/testing/terminal.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

// `gradient run` on a terminal: the command still has a terminal.

const server = await startCliServer()
await server.set(server.team, { PASSWORD: 's3cr3t-value' })
const env = server.env(await server.key({ access: ['run'] }))
const log = join(newTemporaryFolder(), 'log')

const shell = (code: string): string[] => ['run', '--quiet', '--', '/bin/sh', '-c', code]
const node = (code: string): string[] => ['run', '--quiet', '--', process.execPath, '-e', code]
/** Starts the program through a shell on the terminal, as `"$@"`. */
const by = (code: string) => ({ env, command: ['/bin/bash', '-c', code, 'sh', ...program] as [string, ...string[]] })
const plain = (text: string) => text.replaceAll('\r\n', '\n')

/** Redirections of the streams of `gradient` on a terminal. */
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
])('with %s, the command has a terminal where gradient has one, and is masked', async (_, options, shows) => {
  const { screen, ended } = startOnTerminal(shell(streams), options)
  expect(await ended).toBe(0)
  // The shell also reports the end of a job.
  expect(plain(screen.text()).replace(/^\[1\].*\n/m, '')).toBe(shows)
})

test.each([
  ['all three streams on the terminal', whole],
  ['stdin from elsewhere', inputApart],
])('with %s, the command cannot read its output before it is masked', async (_, options) => {
  // The shell may close a descriptor of its own while `ls` reads the list.
  const { screen, ended } = startOnTerminal(
    shell('ls -l /proc/$$/fd 2>/dev/null | grep -c ptmx; echo "$PASSWORD"'),
    options,
  )
  expect(await ended).toBe(0)
  expect(plain(screen.text())).toBe('0\n***\n')
})

test('shows the same bytes as without gradient', async () => {
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
])('with %s, the command sees the terminal size and its changes', async (_, options) => {
  const { screen, resize, ended } = startOnTerminal(
    node(`
      const say = () => console.log(process.env.PASSWORD + process.stdout.columns + 'x' + process.stdout.rows)
      setInterval(() => undefined, 1000)
      let signalled = 0
      process.stdout.on('resize', () => { say(); if (++signalled === 2) process.exit(4) })
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
])('with %s, typed keys reach the command, and an echoed value is masked', async (_, options) => {
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

test('masks a value that is written in two chunks on a terminal', async () => {
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

test('the command controls the terminal: jobs, interrupts, /dev/tty', async () => {
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

test('restores the terminal, also when a signal ended the command', async () => {
  const { screen, ended } = startOnTerminal(
    shell('stty raw -echo; kill -KILL $$'),
    by('stty -g; "$@"; echo $?; stty -g'),
  )
  expect(await ended).toBe(0)
  const [before, code, after] = plain(screen.text()).split('\n')
  expect(code).toBe('137')
  expect(after).toBe(before)
})

test('closing the terminal ends the command', async () => {
  const file = join(newTemporaryFolder(), 'ended')
  const { hangUp, screen } = startOnTerminal(
    shell(`trap 'echo HUP >"${file}"; exit' HUP; echo ready; while :; do sleep 0.05; done`),
    whole,
  )
  await screen.until('ready')
  hangUp()
  await expect.poll(() => readFileSync(file, 'utf8')).toBe('HUP\n')
})

test('does not wait for a program that keeps the terminal open', async () => {
  const { screen, ended } = startOnTerminal(shell('trap "" HUP; sleep 60 & echo "$! $PASSWORD"; exit 3'), whole)
  expect(await ended).toBe(3)
  process.kill(Number.parseInt(screen.text(), 10), 'SIGKILL')
  expect(screen.text()).toContain('***')
})
