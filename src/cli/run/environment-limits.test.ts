import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { checkEnvironmentSize } from './environment-limits.ts'

const starts = (env: Record<string, string>): boolean => {
  try {
    return spawnSync('/bin/true', [], { env }).status === 0
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'E2BIG') return false
    throw error
  }
}
const isAllowed = (env: Record<string, string>, limit?: () => number): boolean => {
  try {
    checkEnvironmentSize({ command: '/bin/true', args: [], env }, Object.keys(env), limit)
    return true
  } catch {
    return false
  }
}
/** Returns variables of 64 KiB, and one more with a number of bytes. */
const filled = (many: number, rest: number): Record<string, string> => ({
  ...Object.fromEntries(Array.from({ length: many }, (_, index) => [`V${index}`, 'x'.repeat(65_536)])),
  REST: 'y'.repeat(rest),
})

test('accepts a variable up to the system limit', () => {
  const most = 32 * 4096 - 'A='.length - 1
  for (const [length, fits] of [
    [most, true],
    [most + 1, false],
  ] as const) {
    const env = { A: 'x'.repeat(length) }
    expect([starts(env), isAllowed(env)]).toEqual([fits, fits])
  }
})

test('accepts only environments that start, and refuses few that would', () => {
  let fits = 0
  while (starts(filled(fits + 1, 0))) fits++
  for (let rest = 0; rest < 65_536; rest += 1024) {
    const [wouldStart, allowed] = [starts(filled(fits, rest)), isAllowed(filled(fits, rest))]
    expect(!allowed || wouldStart, `${fits} times 64 KiB and ${rest} bytes`).toBe(true)
    if (!allowed) expect(starts(filled(fits, rest + 3 * 4096))).toBe(false)
  }
  expect(isAllowed(filled(fits + 1, 0))).toBe(false)
})

test('names the largest injected variables with their sizes, without values', () => {
  const env = { SMALL: 'canary', LARGE: 'canary'.repeat(9000), MIDDLE: 'canary'.repeat(5000), OWN: 'x'.repeat(70_000) }
  const check = () => checkEnvironmentSize({ command: 'c', args: [], env }, ['SMALL', 'MIDDLE', 'LARGE'], () => 150_000)
  expect(check).toThrow(/^Arguments and environment have 1\d\d KiB together; the system takes 147 KiB\.$/)
  try {
    check()
  } catch (error) {
    const { exit, hint, message } = error as { exit: number; hint: string; message: string }
    expect(exit).toBe(64)
    expect(hint).toContain('“LARGE” with 53 KiB, “MIDDLE” with 30 KiB, “SMALL” with 1 KiB')
    expect(hint + message).not.toContain('canary')
  }
})
