import { homedir } from 'node:os'
import { createInterface } from 'node:readline/promises'
import { buffer } from 'node:stream/consumers'
import type { Io } from './io.ts'

/** The surroundings of a real process. */
export const processIo = (): Io => {
  const { stdin, stdout, stderr, env } = process
  const ask = async (question: string): Promise<string> => {
    const lines = createInterface({ input: stdin, output: stderr })
    return lines.question(question).finally(() => lines.close())
  }
  return {
    stdin,
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    home: homedir(),
    interactive: stdin.isTTY === true,
    print: (line) => void stdout.write(`${line}\n`),
    note: (line) => void stderr.write(`${line}\n`),
    ask,
    askHidden: ask,
    confirm: async (question) => /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim()),
    readAll: () => buffer(stdin),
  }
}
