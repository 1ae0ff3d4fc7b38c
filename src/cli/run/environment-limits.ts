import { readFileSync } from 'node:fs'
import { CommandError, exitCodes } from '#cli/exit.ts'

const pageBytes = 4096
const pointerBytes = 8
/** Linux limits an argument or `NAME=value` to 32 pages, including the NUL. */
const maxOneBytes = 32 * pageBytes
const kibibyte = 1024

/** Arguments and environment of a new process. */
type Start = { command: string; args: readonly string[]; env: Readonly<Record<string, string>> }

/**
 * Throws {@link CommandError} with the largest variables, where the system would only say “Argument list too long”.
 * `injected` are the names that the user can leave out.
 */
export const checkEnvironmentSize = (start: Start, injected: readonly string[], limit = systemLimit): void => {
  const { command, args, env } = start
  for (const [name, value] of Object.entries(env)) {
    const bytes = sizeOf(`${name}=${value}`)
    if (bytes > maxOneBytes) {
      const message = `The variable “${name}” has ${shown(bytes)} with its name; the system takes ${shown(maxOneBytes)}.`
      throw new CommandError(exitCodes.usage, message, { hint: 'Leave it out, or give the program a file.' })
    }
  }
  const texts = [command, command, ...args, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  const needed = texts.reduce((sum, text) => sum + sizeOf(text) + pointerBytes, pageBytes)
  if (needed <= maxOneBytes) return
  const most = limit()
  if (needed <= most) return
  const largest = injected
    .map((name) => ({ name, bytes: sizeOf(`${name}=${env[name]}`) }))
    .toSorted((one, other) => other.bytes - one.bytes)
    .slice(0, 3)
  const named = largest.map(({ name, bytes }) => `“${name}” with ${shown(bytes)}`).join(', ')
  throw new CommandError(
    exitCodes.usage,
    `Arguments and environment have ${shown(needed)} together; the system takes ${shown(most)}.`,
    { hint: `Inject fewer with “--only”. The largest are ${named}.` },
  )
}

const sizeOf = (text: string): number => Buffer.byteLength(text) + 1

const shown = (bytes: number): string => `${Math.ceil(bytes / kibibyte).toLocaleString('en')} KiB`

/**
 * Returns the limit for arguments and environment together, in bytes: on Linux a quarter of the stack, at most 6 MiB.
 */
const systemLimit = (): number => {
  if (process.platform !== 'linux') return 1024 * kibibyte
  const [, soft] = /^Max stack size\s+(\S+)/m.exec(readLimits()) ?? []
  const stack = soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft ?? 8192 * kibibyte)
  return Math.max(maxOneBytes, Math.min(stack / 4, 6144 * kibibyte))
}

const readLimits = (): string => {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return ''
  }
}
