import { readFileSync } from 'node:fs'
import type { Io } from '#cli/io.ts'
import { createMask } from '#cli/mask/mask-stream.ts'
import { leastBytes } from '#cli/mask/value-forms.ts'
import { executeOnTerminal } from './execute-on-terminal.ts'
import { executePiped, type Program } from './execute-piped.ts'
import { openChannels, type Route, routesOf } from './output-channels.ts'
import { openPipes, type Pipe } from './pipes.ts'

/** How a program's output is to be masked: on a terminal of its own, or by these ways. */
export type Masking =
  | { kind: 'terminal' }
  | { kind: 'routes'; routes: readonly Route[]; pipes: Promise<readonly Pipe[]> }

/**
 * Prepares how a program's output is to be masked, while its secrets are on their way. With all three streams on a
 * terminal it gets one of its own, so that everything is as on this one. Otherwise it stays on this one, if there is
 * one, and only its outputs go another way.
 */
export const prepareMasking = (io: Io): Masking => {
  if (io.interactive && io.stdout.isTTY && io.stderr.isTTY && isInForeground()) return { kind: 'terminal' }
  const routes = routesOf(io)
  return { kind: 'routes', routes, pipes: openPipes(routes.filter(({ isTerminal }) => !isTerminal).length) }
}

/** Runs a program, with these values masked in its output unless `masking` is missing. Returns its exit code. */
export const execute = async (
  io: Io,
  program: Program,
  masking: Masking | undefined,
  values: readonly string[],
): Promise<number> => {
  const newMask = () => createMask(values)
  const isMasked = values.some((value) => Buffer.byteLength(value) >= leastBytes)
  // With nothing to mask, nothing has to come between the program and its streams.
  if (!masking || !isMasked) return executePiped(io, program, [], newMask)
  if (masking.kind === 'terminal') return executeOnTerminal(io, program, newMask)
  const channels = openChannels(io, masking.routes, await masking.pipes)
  return executePiped(io, program, channels, newMask)
}

/**
 * Whether this process may take its terminal over: another one than the foreground's would be stopped for that.
 * Where the system does not tell, it is thought to be in the foreground.
 */
const isInForeground = (): boolean => {
  try {
    // After the name, which may contain anything: state, parent, group, session, terminal, foreground group.
    const stat = readFileSync('/proc/self/stat', 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[2] === fields[5]
  } catch {
    return true
  }
}
