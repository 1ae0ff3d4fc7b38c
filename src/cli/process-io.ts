import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import type { Io } from './io.ts'

/** Returns the `Io` of this process. Loads the code of prompts when a prompt is needed. */
export const processIo = (): Io => {
  const ask = async (question: string): Promise<string> => {
    const { askVisibleLine } = await import('#cli/prompt/visible-line.ts')
    return askVisibleLine(process, question)
  }
  return {
    // A getter, because creating `process.stdin` has a cost that commands without input avoid.
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
