import { createInterface } from 'node:readline'
import { wordCount, wordsIn } from '#server/node/keys/recovery-words.ts'
import { Refusal } from './admin-command.ts'

/** 128 and SIGINT's number, as for a process that the signal ends. */
const interrupted = 130

/**
 * Takes the words from the terminal, which shows them, as who copies 24 words has to see what is typed; or from what is
 * piped in. On a terminal an empty line ends them early.
 */
export const readWords = async (): Promise<string[]> => {
  const { stdin, stderr } = process
  const isTerminal = stdin.isTTY === true
  const lines = createInterface({ input: stdin, ...(isTerminal ? { output: stderr, historySize: 0 } : {}) })
  let stopped = false
  lines.once('SIGINT', () => {
    stopped = true
    lines.close()
  })
  const words: string[] = []
  const ask = () => {
    if (!isTerminal) return
    lines.setPrompt(`From word ${words.length + 1}: `)
    lines.prompt()
  }
  if (isTerminal) stderr.write('Type the words of the kit, one or more a line. They are shown.\n')
  ask()
  for await (const line of lines) {
    words.push(...wordsIn(line))
    if (isTerminal && (words.length >= wordCount || line.trim() === '')) break
    ask()
  }
  lines.close()
  if (stopped) throw new Refusal('\nStopped. Nothing was written.', interrupted)
  return words
}
