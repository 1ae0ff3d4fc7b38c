import type { Argument, Command, Option } from 'commander'

/** A command with what can follow its words. */
export type CommandNode = {
  /** The words of the command without the program: `secrets set`. */
  path: string
  /** The choices for each positional word: the subcommands, or those of each argument. */
  slots: { words: Word[]; isFile: boolean }[]
  options: (Word & { takes: 'nothing' | 'text' | 'file' })[]
  /** Names of its subcommands. */
  next: string[]
}
export type Word = { word: string; means: string }

/** Returns all commands of a program, the program itself first. */
export const commandNodes = (program: Command): CommandNode[] => nodesUnder(program, [])

const nodesUnder = (command: Command, path: readonly string[]): CommandNode[] => {
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
          long ? [{ word: long, means: description, takes: valueKind(option) }] : [],
        ),
      next: words.map(({ word }) => word),
    },
    ...commands.flatMap((one) => nodesUnder(one, [...path, one.name()])),
  ]
}

const slotOf = (argument: Argument): CommandNode['slots'][number] => ({
  words: (argument.argChoices ?? []).map((word) => ({ word, means: argument.description })),
  isFile: argument.name() === 'file',
})

/** Returns the kind of value of an option. An optional value needs “=”, so the next word is not its value. */
const valueKind = ({ required, flags }: Pick<Option, 'required' | 'flags'>): 'nothing' | 'text' | 'file' =>
  required ? (/<file>/.test(flags) ? 'file' : 'text') : 'nothing'

/** Returns the options that take a value, with their commands. The word after one is not a positional word. */
export const valueOptions = (nodes: readonly CommandNode[]): { at: string; takes: string }[] =>
  nodes.flatMap(({ path, options }) =>
    options.filter(({ takes }) => takes !== 'nothing').map(({ word, takes }) => ({ at: `${path} ${word}`, takes })),
  )

/** Returns the words that select a subcommand. */
export const transitions = (nodes: readonly CommandNode[]): { at: string; to: string }[] =>
  nodes.flatMap(({ path, next }) => next.map((word) => ({ at: `${path} ${word}`, to: `${path} ${word}`.trim() })))

/** Quotes a text for bash and zsh. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`
