import { constants } from 'node:os'
import { type IPty, spawn } from '@lydell/node-pty'
import { cleanUp } from '#server/testing/clean-up.ts'
import { plainEnv, program } from './cli-program.ts'
import { type Said, transcript } from './transcript.ts'

/** A program on a pseudo-terminal, which is all three of its standard streams. */
export type OnTerminal = {
  pid: number
  /** What stands on the terminal, its escape sequences and its line breaks (CRLF) included. */
  screen: Said
  /** Types keys: `\r` is Enter, `\u0003` is Ctrl-C, `\u0004` is Ctrl-D. */
  type(keys: string): void
  resize(columns: number, rows: number): void
  /** Closes the terminal, as when its window is closed. */
  hangUp(): void
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  ended: Promise<number | NodeJS.Signals>
}

export type TerminalOptions = {
  env?: Record<string, string | undefined>
  cwd?: string
  columns?: number
  rows?: number
  /** Another command than the program itself, to be followed by the arguments: a shell that redirects some streams. */
  command?: readonly [string, ...string[]]
}

/** Starts `gradient` on a terminal, with these arguments and none of the surroundings but `env`. */
export const startOnTerminal = (args: readonly string[], options: TerminalOptions = {}): OnTerminal => {
  const { env, cwd, columns = 80, rows = 24 } = options
  const [file, ...first] = options.command ?? program
  const terminal = spawn(file, [...first, ...args], {
    name: 'xterm-256color',
    env: plainEnv(env),
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

/** What its types do not tell: without an encoding it gives bytes, and it can be closed. */
const untyped = (terminal: IPty) =>
  terminal as unknown as { onData(listener: (chunk: Uint8Array) => void): unknown; destroy(): void }

const nameOf = (signal: number): NodeJS.Signals =>
  (Object.entries(constants.signals).find(([, number]) => number === signal)?.[0] ?? 'SIGKILL') as NodeJS.Signals
