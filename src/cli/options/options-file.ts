import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, CommanderError, type Option } from 'commander'
import { isMap, isScalar, type ParsedNode } from 'yaml'
import type { Context } from '#cli/context.ts'
import { CommandError, exits } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'
import { readText } from '#cli/prompt/read-text.ts'
import { didYouMean } from '#shared/close-names.ts'
import { parseSpec } from '#shared/spec/spec-yaml.ts'

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

/**
 * The options that a YAML file gives, by their names, as the texts that stand there: `0123` and `yes` are not what YAML
 * makes of them. What is null is left out. `label` names the file. Throws a {@link CommandError} that has a line and
 * nothing of the text, which may hold a value.
 */
const optionsIn = (text: string, label: string): { name: string; value: string }[] => {
  const { contents, lineAt, problems } = parseSpec(text)
  const refuse = (line: number, message: string) =>
    new CommandError(exits.usage, `${label}:${line}: ${message}`, { hint: 'Write one “name: value” a line.' })
  const [problem] = problems
  if (problem) throw refuse(problem.line, problem.message)
  if (!contents || isNull(contents)) return []
  const lineOf = (node: ParsedNode) => lineAt(node.range[0])
  if (!isMap(contents)) throw refuse(lineOf(contents), 'The file has something else than options.')
  return contents.items.flatMap(({ key, value }) => {
    if (!isScalar(key)) throw refuse(lineOf(key), 'The name of an option is one word.')
    if (!value || isNull(value)) return []
    if (!isScalar(value)) throw refuse(lineOf(value), 'The value of an option is one text.')
    return [{ name: String(key.value), value: String(value.value) }]
  })
}

const isNull = (node: ParsedNode): boolean =>
  isScalar(node) && node.type === 'PLAIN' && /^(?:null|Null|NULL|~|)$/.test(String(node.value))
