import { join } from 'node:path'
import { expect } from 'vitest'
import { runInProcess } from './run-in-process.ts'
import { startOnTerminal } from './terminal.ts'

/** One command of a session: through pipes or on a terminal. */
export type Step = {
  args: readonly string[]
  env?: Record<string, string | undefined>
  /** Content of stdin, through pipes. */
  input?: string
  /** On a terminal: text to wait for, and keys to type then. */
  keys?: readonly (readonly [RegExp | string, string])[]
}

export type RecordedSession = {
  /** Runs a step, records the result, and returns its output. */
  run(step: Step): Promise<string>
  /** Compares the record with a file, byte for byte. `vitest -u` updates the file. */
  matches(file: string): Promise<void>
}

/** Starts a record. `hidden` are texts that differ between runs, with their replacements. */
export const beginSession = (
  env: Record<string, string>,
  hidden: readonly (readonly [string | RegExp, string])[] = [],
): RecordedSession => {
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
        const { code, stdout, stderr } = await runInProcess(args, {
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
  // Of the same width, so that tables keep their shape.
  [/\b(pr|cl|te|us|ak|tr)[0-9a-z]{10}\b/g, '$1__________'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '____-__-__T__:__:__.___Z'],
  // Fingerprints, full and as shown in tables.
  [/\b[0-9a-f]{64}\b/g, '<fingerprint>'],
  [/\b[0-9a-f]{12}\b/g, '____________'],
  [/gsec_\w{4}…\w{4}/g, 'gsec_…'],
]

/** Prefixes each line with its stream. Marks a last line without a line break. */
const marked = (where: string, text: string): string => {
  if (text === '') return ''
  const lines = text.split('\n')
  const last = lines.pop()
  return lines.map((line) => `${where}| ${line}\n`).join('') + (last ? `${where}\\ ${last}\n` : '')
}

const asWord = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
