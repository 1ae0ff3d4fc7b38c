import { readFileSync } from 'node:fs'
import { CommandError, exits } from '#cli/exit.ts'

const pageBytes = 4096
const pointerBytes = 8
/** Linux takes no longer argument or `NAME=value` than 32 pages, with the NUL at its end. */
const mostOfOne = 32 * pageBytes
const kibibyte = 1024

/** What a program is started with. */
type Start = { command: string; args: readonly string[]; env: Readonly<Record<string, string>> }

/**
 * Refuses what the system would refuse with no more than “Argument list too long”: throws a {@link CommandError} that
 * names what is too large. `injected` are the names of the variables that can be left out.
 */
export const requireRoom = (start: Start, injected: readonly string[], limit = systemLimit): void => {
  const { command, args, env } = start
  for (const [name, value] of Object.entries(env)) {
    const bytes = sizeOf(`${name}=${value}`)
    if (bytes > mostOfOne) {
      const message = `The variable “${name}” has ${shown(bytes)} with its name; the system takes ${shown(mostOfOne)}.`
      throw new CommandError(exits.usage, message, { hint: 'Leave it out, or give the program a file.' })
    }
  }
  const texts = [command, command, ...args, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  const needed = texts.reduce((sum, text) => sum + sizeOf(text) + pointerBytes, pageBytes)
  if (needed <= mostOfOne) return
  const most = limit()
  if (needed <= most) return
  const largest = injected
    .map((name) => ({ name, bytes: sizeOf(`${name}=${env[name]}`) }))
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, 3)
  const named = largest.map(({ name, bytes }) => `“${name}” with ${shown(bytes)}`).join(', ')
  throw new CommandError(
    exits.usage,
    `Arguments and environment have ${shown(needed)} together; the system takes ${shown(most)}.`,
    { hint: `Inject fewer with “--only”. The largest are ${named}.` },
  )
}

const sizeOf = (text: string): number => Buffer.byteLength(text) + 1

const shown = (bytes: number): string => `${Math.ceil(bytes / kibibyte).toLocaleString('en')} KiB`

/** How much arguments and environment may have together, in bytes: on Linux a quarter of the stack, at most 6 MiB. */
const systemLimit = (): number => {
  if (process.platform !== 'linux') return 1024 * kibibyte
  const [, soft] = /^Max stack size\s+(\S+)/m.exec(readLimits()) ?? []
  const stack = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft ?? 8192 * kibibyte)
  return Math.max(mostOfOne, Math.min(stack / 4, 6144 * kibibyte))
}

const readLimits = (): string => {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return ''
  }
}
