import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import type { Io } from './io.ts'

/** The surroundings of a real process. What only a question needs is loaded by the question. */
export const processIo = (): Io => {
  const ask = async (question: string): Promise<string> => {
    const { askLine } = await import('#cli/prompt/visible-line.ts')
    return askLine(process, question)
  }
  return {
    // Made on first use: a command that reads nothing has no stdin to set up.
    get stdin() {
      return process.stdin
    },
    get stdout() {
      return process.stdout
    },
    get stderr() {
      return process.stderr
    },
    env: process.env,
    cwd: process.cwd(),
    get home() {
      return homedir()
    },
    print: (line) => void process.stdout.write(`${line}\n`),
    note: (line) => void process.stderr.write(`${line}\n`),
    interactive: isatty(0),
    ask,
    askHidden: async (question) => {
      const { askHiddenLine } = await import('#cli/prompt/hidden-line.ts')
      return askHiddenLine(process, question)
    },
    confirm: async (question) => /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim()),
  }
}
