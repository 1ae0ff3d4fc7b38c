import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cleanUp } from '#server/testing/clean-up.ts'
import { cleanEnvironment, program } from './cli-program.ts'
import { type Transcript, transcript } from './transcript.ts'

/** A command line with a pipe at each standard stream. */
export type Piped = {
  child: ChildProcess
  stdout: Transcript
  stderr: Transcript
  /** Resolves after the end of the process and its output: with the exit code, or the signal. */
  ended: Promise<number | NodeJS.Signals>
}

export type PipedOptions = {
  env?: Record<string, string | undefined>
  cwd?: string
  /** Content of stdin; without it, stdin stays open and empty. */
  input?: string | Uint8Array
  /** Command to run instead of the program, without arguments. */
  command?: readonly [string, ...string[]]
}

/** Starts `gradient` with these arguments in a clean environment. */
export const startPiped = (args: readonly string[], options: PipedOptions = {}): Piped => {
  const [file, ...first] = options.command ?? program
  const child = spawn(file, [...first, ...args], {
    env: cleanEnvironment(options.env),
    ...(options.cwd ? { cwd: options.cwd } : {}),
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(([code, signal]: (number | NodeJS.Signals)[]) => code ?? signal ?? 1)
  // A program that ignores its input may end before all of it is written.
  child.stdin.on('error', () => undefined)
  if (options.input !== undefined) child.stdin.end(options.input)
  cleanUp(() => {
    child.kill('SIGKILL')
    return ended
  })
  const over = ended.then((code) => `It ended with ${code}.`)
  return { child, stdout: transcript(child.stdout, over), stderr: transcript(child.stderr, over), ended }
}

/** Runs `gradient` and waits for its end. */
export const runPiped = async (
  args: readonly string[],
  options: PipedOptions = {},
): Promise<{ code: number | NodeJS.Signals; stdout: string; stderr: string; bytes: Buffer }> => {
  const { ended, stdout, stderr } = startPiped(args, { input: '', ...options })
  const code = await ended
  return { code, stdout: stdout.text(), stderr: stderr.text(), bytes: stdout.bytes() }
}
