import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, CommanderError, type Option } from 'commander'
import type { Context } from '#cli/context.ts'
import { CommandError, exits } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'
import { readText } from '#cli/prompt/read-text.ts'
import { didYouMean } from '#shared/close-names.ts'

/** The largest value, with every character of it escaped, and the other options. */
const mostBytes = 1024 * 1024

/** Options that an options file cannot hold: they are about such files. */
const aboutFiles = ['optionsFile', 'createOptionsFile', 'help']

/**
 * Does what `--optionsFile` and `--createOptionsFile` ask for, before a command begins: gives the command the options
 * of a file that the command line does not have, or writes a file to fill in and ends the program.
 */
export const applyOptionsFile = async (context: Context, command: Command): Promise<void> => {
  const { optionsFile, createOptionsFile } = command.opts<{ optionsFile?: string; createOptionsFile?: string }>()
  if (createOptionsFile !== undefined) {
    await create(context, command, createOptionsFile)
    throw new CommanderError(0, 'gradient.done', '')
  }
  if (optionsFile === undefined) return
  const { text, label } = await readText(context.io, optionsFile, mostBytes)
  const { optionsIn } = await import('./read-options-file.ts')
  const options = fileable(command)
  for (const { name, value } of optionsIn(text, label)) {
    const option = options.find(({ long }) => long === `--${name}`)
    if (!option) {
      const names = options.map(({ long }) => long?.slice(2) ?? '')
      const hint = didYouMean(name, names) ?? `It takes ${names.join(', ')}.`
      throw new CommandError(exits.usage, `“${label}” has an option that this command does not: ${name}.`, { hint })
    }
    give(command, option, value, label)
  }
}

/** The options of a command that a file can hold. */
const fileable = (command: Command): readonly Option[] =>
  command.options.filter((option) => !option.hidden && !aboutFiles.includes(option.attributeName()))

const give = (command: Command, option: Option, text: string, label: string): void => {
  const name = option.attributeName()
  if (command.getOptionValueSource(name) === 'cli') return
  const isFlag = !option.required && !option.optional
  if (isFlag && !/^(true|false)$/.test(text)) {
    const hint = 'Write “true” or “false”.'
    throw new CommandError(exits.usage, `“${label}” has something else than yes or no for ${name}.`, { hint })
  }
  if (isFlag && text === 'false') return
  const parsed = option.parseArg && !isFlag ? option.parseArg(text, undefined) : text
  command.setOptionValueWithSource(name, isFlag ? true : parsed, 'config')
}

const create = async ({ io }: Context, command: Command, file: string): Promise<void> => {
  const path: string[] = []
  for (let at: Command | null = command; at; at = at.parent) path.unshift(at.name())
  const entries = fileable(command).map(({ long, description }) => `# ${description}\n${long?.slice(2)}: null\n`)
  const text = `# Options of “${path.join(' ')}”. What is null is not given.\n\n${entries.join('\n')}`
  const label = printable(file)
  await writeFile(resolve(io.cwd, file), text, { flag: 'wx', mode: 0o600 }).catch(({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EEXIST') throw new CommandError(exits.failed, `“${label}” cannot be written: ${code}.`)
    throw new CommandError(exits.failed, `“${label}” is there already.`, {
      hint: 'Give another name, or delete it first: nothing is overwritten.',
    })
  })
  io.note(`Wrote “${label}”. Fill it in and give it by --optionsFile.`)
}
