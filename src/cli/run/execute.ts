import { readFileSync } from 'node:fs'
import type { Io } from '#cli/io.ts'
import { createMask } from '#cli/mask/mask-stream.ts'
import { minMaskedBytes } from '#cli/mask/value-forms.ts'
import { executeOnTerminal } from './execute-on-terminal.ts'
import { executePiped, type Program } from './execute-piped.ts'
import { type OutputRoute, openOutputChannels, outputRoutes } from './output-channels.ts'
import { openPipes, type Pipe } from './pipes.ts'

/** How the output of a program is masked: on a pseudo-terminal, or by routes. */
export type Masking =
  | { kind: 'terminal' }
  | { kind: 'routes'; routes: readonly OutputRoute[]; pipes: Promise<readonly Pipe[]> }

/**
 * Prepares the masking while the secrets are requested. When all three streams are a terminal, the program gets a
 * pseudo-terminal of its own. Otherwise it keeps the current terminal, and only its outputs are redirected.
 */
export const prepareMasking = (io: Io): Masking => {
  if (io.interactive && io.stdout.isTTY && io.stderr.isTTY && isInForeground()) return { kind: 'terminal' }
  const routes = outputRoutes(io)
  return { kind: 'routes', routes, pipes: openPipes(routes.filter(({ isTerminal }) => !isTerminal).length) }
}

/** Runs a program and masks these values in its output, unless `masking` is missing. Returns its exit code. */
export const executeProgram = async (
  io: Io,
  program: Program,
  masking: Masking | undefined,
  values: readonly string[],
): Promise<number> => {
  const newMask = () => createMask(values)
  const isMasked = values.some((value) => Buffer.byteLength(value) >= minMaskedBytes)
  // Without values to mask, the program gets the streams directly.
  if (!masking || !isMasked) return executePiped(io, program, [], newMask)
  if (masking.kind === 'terminal') return executeOnTerminal(io, program, newMask)
  const channels = openOutputChannels(io, masking.routes, await masking.pipes)
  return executePiped(io, program, channels, newMask)
}

/**
 * Returns whether this process is in the foreground of its terminal: a background process that changes the terminal is
 * stopped. Assumes so where the system does not tell.
 */
const isInForeground = (): boolean => {
  try {
    // The fields after the name, which may contain any character: state, parent, group, session, terminal, foreground
    // group.
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[2] === fields[5]
  } catch {
    return true
  }
}
