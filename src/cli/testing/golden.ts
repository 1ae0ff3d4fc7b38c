import { join } from 'node:path'
import { expect } from 'vitest'
import { runHere } from './run-in-process.ts'
import { startOnTerminal } from './terminal.ts'

/** What is done in a session: a command line, through pipes or on a terminal. */
export type Step = {
  args: readonly string[]
  env?: Record<string, string | undefined>
  /** What stdin has, through pipes. */
  input?: string
  /** On a terminal: what to wait for, and what to type then. */
  keys?: readonly (readonly [RegExp | string, string])[]
}

export type Session = {
  /** Writes a step and what came of it down; returns what was shown. */
  run(step: Step): Promise<string>
  /** Holds what was written down against a file, byte for byte. `vitest -u` writes it anew. */
  matches(file: string): Promise<void>
}

/** Begins to write down. `hidden` are texts that differ from run to run, and what stands for them. */
export const beginSession = (
  env: Record<string, string>,
  hidden: readonly (readonly [string | RegExp, string])[] = [],
): Session => {
  let text = ''
  const write = (lines: string): void => {
    const named = hidden.reduce((shown, [from, to]) => shown.replaceAll(from, to), lines)
    text += always.reduce((shown, [from, to]) => shown.replaceAll(from, to), named)
  }
  return {
    run: async ({ args, env: more = {}, input, keys }) => {
      const all = { ...env, ...more }
      const line = `$ gradient ${args.map(asWord).join(' ')}`
      if (!keys) {
        const home = all.HOME ?? '/nonexistent'
        const { code, stdout, stderr } = await runHere(args, {
          env: all,
          home,
          ...(input === undefined ? {} : { input }),
        })
        const from = input === undefined ? '' : ` <<< ${JSON.stringify(input)}`
        write(`${line}${from}\n${marked('err', stderr)}${marked('out', stdout)}exit ${code}\n\n`)
        return stdout + stderr
      }
      const { screen, type, ended } = startOnTerminal(args, { env: all, columns: 200 })
      let seen = 0
      for (const [what, typed] of keys) {
        await screen.until(what, seen)
        seen = screen.text().length
        type(typed)
      }
      const code = await ended
      const shown = screen.text().replaceAll('\r\n', '\n').replaceAll('\u001b', '␛')
      write(`${line}    # on a terminal\n${marked('   ', shown)}exit ${code}\n\n`)
      return shown
    },
    matches: async (file) => {
      await expect(text).toMatchFileSnapshot(join(import.meta.dirname, '../golden', file))
    },
  }
}

const always: readonly (readonly [RegExp, string])[] = [
  // As wide as what they stand for, so that tables stay in shape.
  [/\b(pr|cl|te|us|ak|tr)[0-9a-z]{10}\b/g, '$1__________'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '____-__-__T__:__:__.___Z'],
  // Fingerprints, whole and as tables begin them.
  [/\b[0-9a-f]{64}\b/g, '<fingerprint>'],
  [/\b[0-9a-f]{12}\b/g, '____________'],
  [/gsec_\w{4}…\w{4}/g, 'gsec_…'],
]

/** Each line with where it was printed; a last one without its line break is told apart. */
const marked = (where: string, text: string): string => {
  if (text === '') return ''
  const lines = text.split('\n')
  const last = lines.pop()
  return lines.map((line) => `${where}| ${line}\n`).join('') + (last ? `${where}\\ ${last}\n` : '')
}

const asWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
