import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { program } from '#cli/testing/cli-program.ts'
import { startCliServer } from '#cli/testing/cli-server.ts'
import { runPiped, startPiped } from '#cli/testing/piped.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'

// Output of a command without a terminal.

const server = await startCliServer()
const large = (index: number) => `${index}`.padEnd(65_536, 'filler')
const names = Array.from({ length: 17 }, (_, index) => `LARGE_${index}`)
await server.set(server.team, { PASSWORD: 's3cr3t-value', PEM: '-----BEGIN KEY-----\nMIIEvQIBADAN\n' })
const big = await server.scope('project', 'big')
await server.set(big, Object.fromEntries(names.map((name, index) => [name, large(index)])))
const env = server.env(await server.key({ access: ['run'] }))

const shell = (code: string): string[] => ['run', '--quiet', '--', '/bin/sh', '-c', code]
const node = (code: string): string[] => ['run', '--quiet', '--', process.execPath, '-e', code]
/** Starts the program through a shell, as `"$@"`. */
const by = (code: string, name = '/bin/sh') => ({
  env,
  command: [name, '-c', code, 'sh', ...program] as [string, ...string[]],
})

test('masks a value that is written in two chunks, and withholds the first', async () => {
  const { child, stdout, ended } = startPiped(
    node(`
      process.stdout.write('a s3cr3t-')
      process.stdin.once('data', () => process.stdout.write('value b s3cr3t', () => process.exit(3)))`),
    { env },
  )
  expect(await stdout.until('a ')).toBe('a ')
  child.stdin?.write('on\n')
  expect(await ended).toBe(3)
  expect(stdout.text()).toBe('a *** b s3cr3t')
})

test('shows a question without a line break at once', async () => {
  const { child, stdout, ended } = startPiped(shell('printf "Name: "; read name; echo "<$name>"'), { env })
  await stdout.until('Name: ')
  child.stdin?.write('Ada\n')
  expect(await ended).toBe(0)
  expect(stdout.text()).toBe('Name: <Ada>\n')
})

test('masks both outputs separately', async () => {
  const { stdout, stderr } = await runPiped(shell('echo "1 $PASSWORD $PEM"; echo "2 $PASSWORD" >&2'), { env })
  expect({ stdout, stderr }).toEqual({ stdout: '1 *** ***\n', stderr: '2 ***\n' })
})

test('keeps the order of lines of outputs to one file', async () => {
  const lines = Array.from({ length: 200 }, (_, index) => `${index % 2 ? 'err' : 'out'} ${index}\n`)
  const code = 'i=0; while [ $i -lt 200 ]; do echo "out $i"; echo "err $((i+1))" >&2; i=$((i+2)); done'
  const { stdout } = await runPiped(shell(code), by('exec "$@" 2>&1'))
  expect(stdout).toBe(lines.join(''))
})

test('a command can open /dev/stdout and /dev/stderr', async () => {
  const code = 'echo one >/dev/stdout; echo two >/dev/stderr; echo three >/proc/self/fd/1'
  const { stdout, stderr } = await runPiped(shell(code), { env })
  expect({ stdout, stderr }).toEqual({ stdout: 'one\nthree\n', stderr: 'two\n' })
})

test('a command inherits no additional file descriptors', async () => {
  const code = 'ls /proc/self/fd | tr "\\n" " "'
  const { stdout } = await runPiped(shell(code), { env })
  const { stdout: plain } = await runPiped([], { ...by(code), env })
  expect(stdout).toBe(plain)
})

test('passes binary data from stdin to stdout unchanged', async () => {
  const input = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7 + (index >> 8)) % 256))
  const { bytes, code } = await runPiped(['run', '--quiet', '--', 'cat'], { env, input })
  expect(code).toBe(0)
  expect(bytes.equals(input)).toBe(true)
})

test('masks output to a file', async () => {
  const file = join(newTemporaryFolder(), 'log')
  await runPiped(shell('echo "$PASSWORD" and more'), by(`exec "$@" >'${file}'`))
  expect(readFileSync(file, 'utf8')).toBe('*** and more\n')
})

test('masks both outputs when pipes cannot be created', async () => {
  const without = { ...env, TMPDIR: '/nonexistent' }
  const both = shell('echo "1 $PASSWORD"; echo "2 $PASSWORD" >&2')
  const apart = await runPiped(both, { env: without })
  expect([apart.stdout, apart.stderr]).toEqual(['1 ***\n', '2 ***\n'])
  const { stdout } = await runPiped(both, { ...by('exec "$@" 2>&1'), env: without })
  expect(stdout.split('\n').toSorted()).toEqual(['', '1 ***', '2 ***'])
})

test('does not wait for a program that keeps the pipe open', async () => {
  const { stdout, code } = await runPiped(shell('sleep 60 & echo "$!"; exit 3'), { env })
  process.kill(Number(stdout), 'SIGKILL')
  expect(code).toBe(3)
})

test('does not wait for a program that keeps writing', async () => {
  const { stdout, code } = await runPiped(shell('(while :; do echo "$PASSWORD"; done) & exit 3'), { env })
  expect(code).toBe(3)
  expect(new Set(stdout.split('\n'))).toEqual(new Set(['***', '']))
})

test('shows what a program writes shortly after the end of the command', async () => {
  const { stdout } = await runPiped(shell('(sleep 0.05; echo "late $PASSWORD") & exit 0'), { env })
  expect(stdout).toBe('late ***\n')
})

// As much as pipes and buffers hold, so that the command ends before its output is read.
test('shows all output to a slow reader after the end of the command', async () => {
  const code = 'head -c 180000 /dev/zero | tr "\\0" x'
  const { stdout } = await runPiped(shell(code), by('"$@" | { sleep 0.7; cat; }'))
  expect(stdout === 'x'.repeat(180_000)).toBe(true)
})

test('a closed stdout ends the command silently, as it would without gradient', async () => {
  const closing = by('"$@" | head -n 1; echo "$PIPESTATUS"', '/bin/bash')
  const { stdout, stderr } = await runPiped(shell('exec yes "$PASSWORD"'), closing)
  expect({ stdout, stderr }).toEqual({ stdout: '***\n141\n', stderr: '' })
})

test('refuses an environment over the system limit before it runs anything', async () => {
  const less = by('ulimit -s 4096; exec "$@"')
  const args = ['run', '--project', big.id]
  const { code, stdout, stderr } = await runPiped([...args, '--', 'echo', 'it ran'], less)
  expect({ code, stdout }).toEqual({ code: 64, stdout: '' })
  expect(stderr).toMatch(/^Arguments and environment have 1,\d\d\d KiB together; the system takes 1,024 KiB\.\n/)
  expect(stderr).toContain('The largest are “LARGE_10” with 65 KiB, ')
  expect(stderr).not.toContain('filler')
  const fewer = await runPiped([...args, `--only=${names.slice(0, 14).join(',')}`, '--', 'echo', 'it ran'], less)
  expect(fewer.stdout).toBe('it ran\n')
})
