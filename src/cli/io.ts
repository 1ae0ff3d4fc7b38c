import type { Readable, Writable } from 'node:stream'

/** The streams, environment and prompts of a command. Tests replace them. */
export type Io = {
  stdin: Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown }
  stdout: Writable & { isTTY?: boolean; columns?: number; rows?: number }
  stderr: Writable & { isTTY?: boolean; columns?: number }
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** The home folder. */
  home: string
  /** Prints a line of data, to stdout. */
  print(line: string): void
  /** Prints a line for a person, to stderr. */
  note(line: string): void
  /** True when stdin is a terminal, so that prompts are possible. */
  interactive: boolean
  /** Asks on stderr; the terminal echoes the answer. */
  ask(question: string): Promise<string>
  /** Asks on stderr without echo. Accepts a paste of several lines. */
  askHidden(question: string): Promise<string>
  /** Asks a yes-or-no question. Enter alone means no. */
  confirm(question: string): Promise<boolean>
}
