import type { Io } from '#cli/io.ts'

/** Keeps a line on the terminal up to date, over itself. Where stderr is no terminal, nothing is said. */
export const progressOf = ({ stderr }: Pick<Io, 'stderr'>): { say(line: string): void; end(): void } => {
  const write = (text: string) => {
    if (stderr.isTTY) stderr.write(text)
  }
  return { say: (line) => write(`\r\u001b[2K${line}`), end: () => write('\r\u001b[2K') }
}
