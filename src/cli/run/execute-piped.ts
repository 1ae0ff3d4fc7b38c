import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import type { Mask } from '#cli/mask/mask-stream.ts'
import { startExitCodes } from './find-command.ts'
import { type OutputChannel, openNullDevice } from './output-channels.ts'
import { drainOutput, pumpOutput } from './output-pump.ts'
import { exitCodeOf, forwardSignals } from './signals.ts'

/** A command to run, without a shell. */
export type Program = {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
}

/**
 * Runs a program in the process group and on the terminal of this process, with its stdin. Outputs go through the
 * channels, or directly where there is none. Returns its exit code.
 */
export const executePiped = async (
  io: Io,
  program: Program,
  channels: readonly OutputChannel[],
  newMask: () => Mask,
): Promise<number> => {
  const hasTerminal = Boolean(io.interactive || io.stdout.isTTY || io.stderr.isTTY)
  let child: ChildProcess | undefined
  // Install the handlers before the program starts, so that no signal is lost.
  const stopForwarding = forwardSignals((signal) => child?.kill(signal), { interrupts: !hasTerminal })
  try {
    const started = start(program, channels)
    child = started
    const ended = new Promise<number>((resolve, reject) => {
      started.once('error', (error) => reject(startFailure(error)))
      started.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)))
    })
    const pumps = channels.map((channel) => pumpOutput(sourceOf(channel, started), sinkOf(io, channel), newMask))
    const stopResizing = followSize(io, started, channels)
    const code = await ended
    stopResizing()
    // The program has ended. Signals now end this process, even when the reader of its output is slow.
    stopForwarding()
    await drainOutput(pumps)
    return code
  } finally {
    stopForwarding()
  }
}

const sinkOf = (io: Io, { outputs: [output = 'stdout'] }: OutputChannel): Writable => io[output]

/** Keeps the size of the pseudo-terminals equal to the real one. */
const followSize = (io: Io, child: ChildProcess, channels: readonly OutputChannel[]): (() => void) => {
  const terminals = channels.filter(({ resize }) => resize)
  const resize = () => {
    for (const terminal of terminals) terminal.resize?.()
    // The program received SIGWINCH from the real terminal, before the size changed here.
    child.kill('SIGWINCH')
  }
  for (const terminal of terminals) sinkOf(io, terminal).on('resize', resize)
  return () => {
    for (const terminal of terminals) sinkOf(io, terminal).off('resize', resize)
  }
}

const start = ({ command, args, env, cwd }: Program, channels: readonly OutputChannel[]): ChildProcess => {
  const endOf = (output: string) => channels.find(({ outputs }) => outputs.some((each) => each === output))?.end
  const stdio: (number | 'pipe' | 'inherit' | 'ignore')[] = [
    'inherit',
    endOf('stdout') ?? 'inherit',
    endOf('stderr') ?? 'inherit',
  ]
  const nothing = openNullDevice()
  for (const { leaking } of channels) {
    if (leaking === undefined) continue
    while (stdio.length < leaking) stdio.push('ignore')
    stdio[leaking] = nothing
  }
  try {
    return spawn(command, args, { env, cwd, stdio } satisfies SpawnOptions)
  } catch (error) {
    throw startFailure(error)
  } finally {
    closeSync(nothing)
    for (const { release } of channels) release()
  }
}

const sourceOf = ({ source, outputs }: OutputChannel, child: ChildProcess): Readable => {
  const found = source?.() ?? child[outputs[0] ?? 'stdout']
  if (!found) throw new Error('A program has no output where it was given one.')
  return found
}

/** Returns the error for a program that could not be started although it existed a moment ago. */
const startFailure = (error: unknown): Error => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new CommandError(startExitCodes.missing, 'The command is not there any more.')
  if (code === 'E2BIG') {
    const hint = 'Inject fewer with “--only”.'
    return new CommandError(exitCodes.usage, 'Arguments and environment are more than the system takes.', { hint })
  }
  return new CommandError(startExitCodes.refused, `The command could not be started: ${code}.`, { cause: error })
}
