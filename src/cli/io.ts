import type { Readable, Writable } from 'node:stream'

/** The surroundings of a command: all that it reads from and writes to, so that a test can give it others. */
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
  /** Whether somebody can be asked: stdin is a terminal. */
  interactive: boolean
  /** Asks on the terminal, on stderr, and shows what is typed. */
  ask(question: string): Promise<string>
  /** Asks on the terminal, on stderr, and shows nothing of what is typed. Multi-line pastes are taken whole. */
  askHidden(question: string): Promise<string>
  /** Asks for yes or no; Enter alone is no. */
  confirm(question: string): Promise<boolean>
}
