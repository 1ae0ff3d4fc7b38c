import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cleanUp } from '#server/testing/clean-up.ts'
import { plainEnv, program } from './cli-program.ts'
import { type Said, transcript } from './transcript.ts'

/** The command line with a pipe at each of its standard streams. */
export type Piped = {
  child: ChildProcess
  stdout: Said
  stderr: Said
  /** Resolves when it has ended and its output was read: with its exit code, 128 and the number of a signal by its name. */
  ended: Promise<number | NodeJS.Signals>
}

export type PipedOptions = {
  env?: Record<string, string | undefined>
  cwd?: string
  /** What it reads from stdin; without it, stdin stays open and empty. */
  input?: string | Uint8Array
  /** Another command than the program itself, to be followed by the arguments. */
  command?: readonly [string, ...string[]]
}

/** Starts `gradient` with these arguments and none of the surroundings but `env`. */
export const startPiped = (args: readonly string[], options: PipedOptions = {}): Piped => {
  const [file, ...first] = options.command ?? program
  const child = spawn(file, [...first, ...args], {
    env: plainEnv(options.env),
    ...(options.cwd ? { cwd: options.cwd } : {}),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals)[]) => code ?? signal ?? 1)
  // A program that does not read its input may be gone before all of it is written.
  child.stdin.on('error', () => undefined)
  if (options.input !== undefined) child.stdin.end(options.input)
  cleanUp(() => {
    child.kill('SIGKILL')
    return ended
  })
  const over = ended.then((code) => `It ended with ${code}.`)
  return { child, stdout: transcript(child.stdout, over), stderr: transcript(child.stderr, over), ended }
}

/** Runs `gradient` to its end. */
export const runPiped = async (
  args: readonly string[],
  options: PipedOptions = {},
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string; bytes: Buffer }> => {
  const { ended, stdout, stderr } = startPiped(args, { input: '', ...options })
  const code = await ended
  return { code, stdout: stdout.text(), stderr: stderr.text(), bytes: stdout.bytes() }
}
