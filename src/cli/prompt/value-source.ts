import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { maxValueBytes, outerSpace, valueProblem } from '#shared/secret.ts'
import { readText } from './read-text.ts'

export type ValueOptions = { value?: string; fromFile?: string; raw?: true }

/** Returns the reader of a secret’s value. Throws {@link CommandError} at once for contradicting options. */
export const valueSource = (io: Io, options: ValueOptions): { atPrompt: boolean; read(): Promise<string> } => {
  const { value, fromFile, raw } = options
  if (value !== undefined && fromFile !== undefined) {
    throw new CommandError(exitCodes.usage, 'The value is given twice: by --value and by --from-file.', {
      hint: 'Give one.',
    })
  }
  const atPrompt = value === undefined && fromFile === undefined && io.interactive
  const read = async (): Promise<string> => {
    if (value !== undefined) return byOption(io, value)
    if (fromFile !== undefined) return (await readText(io, fromFile, maxValueBytes)).text
    return io.interactive ? io.askHidden('Value: ').then((typed) => confirmLineBreak(io, typed)) : byStdin(io, raw)
  }
  return { atPrompt, read: async () => checked(io, await read()) }
}

const byOption = (io: Io, value: string): string => {
  io.note('A value on the command line is visible to others on this machine. Better pass it by stdin or --from-file.')
  return value
}

const byStdin = async (io: Io, raw: true | undefined): Promise<string> => {
  const { text } = await readText(io, '-', maxValueBytes + 2)
  if (text === '') {
    const hint = 'Pass the value by stdin, --from-file or --value: there is no terminal to ask on.'
    throw new CommandError(exitCodes.usage, 'There is no value: stdin is empty.', { hint })
  }
  const ending = raw ? '' : (/\r?\n$/.exec(text)?.[0] ?? '')
  if (ending !== '') io.note('The line break at the end of the value was removed. --raw keeps it.')
  return text.slice(0, text.length - ending.length)
}

/** Asks about a trailing newline: for a pasted line it is an accident, for a pasted file it is content. */
const confirmLineBreak = async (io: Io, typed: string): Promise<string> => {
  const ending = /\n+$/.exec(typed)?.[0]
  if (!ending || typed === ending) return typed
  const isWanted = await io.confirm('The value ends in a line break. Keep it?')
  return isWanted ? typed : typed.slice(0, -ending.length)
}

const checked = (io: Io, value: string): string => {
  if (value === '') throw new CommandError(exitCodes.usage, 'The value is empty.', { hint: 'Nothing was changed.' })
  const problem = valueProblem(value)
  if (problem) throw new CommandError(exitCodes.usage, problem, { hint: 'Nothing was changed.' })
  const space = outerSpace(value)
  if (space) io.note(`${space} It is kept.`)
  return value
}
