import { constants } from 'node:os'
import { type IPty, spawn } from '@lydell/node-pty'
import { cleanUp } from '#server/testing/clean-up.ts'
import { cleanEnvironment, program } from './cli-program.ts'
import { type Transcript, transcript } from './transcript.ts'

/** A program on a pseudo-terminal, which is its three standard streams. */
export type OnTerminal = {
  pid: number
  /** Output on the terminal, with escape sequences and CRLF. */
  screen: Transcript
  /** Types keys: `\r` is Enter, `\u0003` is Ctrl-C, `\u0004` is Ctrl-D. */
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Closes the terminal, like closing its window. */
  hangUp(): void
  /** Resolves with the exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
}

export type TerminalOptions = {
  env?: Record<string, string | undefined>
  cwd?: string
  columns?: number
  rows?: number
  /** Command to run instead of the program, without arguments: for example a shell that redirects streams. */
  command?: readonly [string, ...string[]]
}

/** Starts `gradient` on a terminal in a clean environment. */
export const startOnTerminal = (args: readonly string[], options: TerminalOptions = {}): OnTerminal => {
  const { env, cwd, columns = 80, rows = 24 } = options
  const [file, ...first] = options.command ?? program
  const terminal = spawn(file, [...first, ...args], {
    name: 'xterm-256color',
    env: cleanEnvironment(env),
    ...(cwd ? { cwd } : {}),
    cols: columns,
    rows,
    encoding: null,
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    terminal.onExit(({ exitCode, signal }) => resolve(signal ? nameOf(signal) : exitCode))
  })
  let isOver = false
  ended.then(() => {
    isOver = true
  })
  cleanUp(() => {
    if (!isOver) terminal.kill('SIGKILL')
    return ended
  })
  return {
    pid: terminal.pid,
    screen: transcript(
      { on: (_, listener) => untyped(terminal).onData(listener) },
      ended.then((code) => `It ended with ${code}.`),
    ),
    type: (keys) => terminal.write(keys),
    resize: (width, height) => terminal.resize(width, height),
    hangUp: () => untyped(terminal).destroy(),
    ended,
  }
}

/** The types of node-pty miss this: without an encoding it emits bytes, and it can be closed. */
const untyped = (terminal: IPty) =>
  terminal as unknown as { onData(listener: (chunk: Uint8Array) => void): unknown; destroy(): void }

const nameOf = (signal: number): NodeJS.Signals =>
  (Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? 'SIGKILL') as NodeJS.Signals
