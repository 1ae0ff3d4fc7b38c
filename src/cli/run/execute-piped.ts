import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { CommandError, exits } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import type { Mask } from '#cli/mask/mask-stream.ts'
import { notStarted } from './find-command.ts'
import { type Channel, openNothing } from './output-channels.ts'
import { pump, settle } from './output-pump.ts'
import { exitCodeOf, forwardSignals } from './signals.ts'

/** What is to be run: nothing of it goes through a shell. */
export type Program = {
  command: string
  args: readonly string[]
  env: Readonly<Record<string, string>>
  cwd: string
}

/**
 * Runs a program in this one's place in its group and on its terminal. Its stdin is this one's; its outputs go through
 * channels, or are this one's where there is none. Returns its exit code.
 */
export const executePiped = async (
  io: Io,
  program: Program,
  channels: readonly Channel[],
  newMask: () => Mask,
): Promise<number> => {
  const hasTerminal = Boolean(io.interactive || io.stdout.isTTY || io.stderr.isTTY)
  let child: ChildProcess | undefined
  // Before it is there, so that no signal is lost; none is looked at before it is.
  const stopForwarding = forwardSignals((signal) => child?.kill(signal), { interrupts: !hasTerminal })
  try {
    const started = start(program, channels)
    child = started
    const ended = new Promise<number>((resolve, reject) => {
      started.once('error', (error) => reject(startFailure(error)))
      started.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)))
    })
    const pumps = channels.map((channel) => pump(sourceOf(channel, started), sinkOf(io, channel), newMask))
    const stopResizing = followSize(io, started, channels)
    const code = await ended
    stopResizing()
    // From now on a signal is for this process: the program is gone, and somebody may not read its output.
    stopForwarding()
    await settle(pumps)
    return code
  } finally {
    stopForwarding()
  }
}

const sinkOf = (io: Io, { outputs: [output = 'stdout'] }: Channel): Writable => io[output]

/** Gives the terminals that were made for a program the size of this one, whenever it changes. */
const followSize = (io: Io, child: ChildProcess, channels: readonly Channel[]): (() => void) => {
  const terminals = channels.filter(({ resize }) => resize)
  const resize = () => {
    for (const terminal of terminals) terminal.resize?.()
    // The real terminal has told it already, of a size that it could not see yet.
    child.kill('SIGWINCH')
  }
  for (const terminal of terminals) sinkOf(io, terminal).on('resize', resize)
  return () => {
    for (const terminal of terminals) sinkOf(io, terminal).off('resize', resize)
  }
}

const start = ({ command, args, env, cwd }: Program, channels: readonly Channel[]): ChildProcess => {
  const endOf = (output: string) => channels.find(({ outputs }) => outputs.some((each) => each === output))?.end
  const stdio: (number | 'pipe' | 'inherit' | 'ignore')[] = [
    'inherit',
    endOf('stdout') ?? 'inherit',
    endOf('stderr') ?? 'inherit',
  ]
  const nothing = openNothing()
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

const sourceOf = ({ source, outputs }: Channel, child: ChildProcess): Readable => {
  const found = source?.() ?? child[outputs[0] ?? 'stdout']
  if (!found) throw new Error('A program has no output where it was given one.')
  return found
}

/** Why the system did not start a program that was there a moment ago. */
const startFailure = (error: unknown): Error => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return new CommandError(notStarted.missing, 'The command is not there any more.')
  if (code === 'E2BIG') {
    const hint = 'Inject fewer with “--only”.'
    return new CommandError(exits.usage, 'Arguments and environment are more than the system takes.', { hint })
  }
  return new CommandError(notStarted.refused, `The command could not be started: ${code}.`, { cause: error })
}
