import type { Argument, Command, Option } from 'commander'

/** What can follow the words of a command. */
export type Place = {
  /** The words up to here, without the program’s own: `secrets set`. */
  path: string
  /** What each further word can be: first the commands, or what each argument takes. */
  slots: { words: Word[]; isFile: boolean }[]
  options: (Word & { takes: 'nothing' | 'text' | 'file' })[]
  /** The places that its words lead to. */
  next: string[]
}
export type Word = { word: string; means: string }

/** All places of a program, its own first. */
export const placesOf = (program: Command): Place[] => placesUnder(program, [])

const placesUnder = (command: Command, path: readonly string[]): Place[] => {
  const commands = command.commands.filter((one) => one.name() !== 'help')
  const words = commands.map((one) => ({ word: one.name(), means: one.description() }))
  return [
    {
      path: path.join(' '),
      slots: commands.length > 0 ? [{ words, isFile: false }] : command.registeredArguments.map(slotOf),
      options: command
        .createHelp()
        .visibleOptions(command)
        .flatMap(({ long, description, ...option }) =>
          long ? [{ word: long, means: description, takes: taken(option) }] : [],
        ),
      next: words.map(({ word }) => word),
    },
    ...commands.flatMap((one) => placesUnder(one, [...path, one.name()])),
  ]
}

const slotOf = (argument: Argument): Place['slots'][number] => ({
  words: (argument.argChoices ?? []).map((word) => ({ word, means: argument.description })),
  isFile: argument.name() === 'file',
})

/** What may be left out has to be written with “=”, so that the next word is no part of it. */
const taken = ({ required, flags }: Pick<Option, 'required' | 'flags'>): 'nothing' | 'text' | 'file' =>
  required ? (/<file>/.test(flags) ? 'file' : 'text') : 'nothing'

/** The options that take something, at their places: what stands after one is no word of the program’s. */
export const takers = (places: readonly Place[]): { at: string; takes: string }[] =>
  places.flatMap(({ path, options }) =>
    options.filter(({ takes }) => takes !== 'nothing').map(({ word, takes }) => ({ at: `${path} ${word}`, takes })),
  )

/** The words that lead on to another place. */
export const steps = (places: readonly Place[]): { at: string; to: string }[] =>
  places.flatMap(({ path, next }) => next.map((word) => ({ at: `${path} ${word}`, to: `${path} ${word}`.trim() })))

/** A text as a single-quoted word of bash and zsh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
