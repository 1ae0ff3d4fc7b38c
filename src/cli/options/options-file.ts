import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Command, CommanderError, type Option } from 'commander'
import { isMap, isScalar, type ParsedNode } from 'yaml'
import type { Context } from '#cli/context.ts'
import { CommandError, exitCodes } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'
import { readText } from '#cli/prompt/read-text.ts'
import { didYouMean } from '#shared/close-names.ts'
import { parseSpec } from '#shared/spec/spec-yaml.ts'

/** Room for the largest value with every character escaped, and for the other options. */
const mostBytes = 1024 * 1024

/** Options that an options file cannot contain. */
const aboutFiles = ['optionsFile', 'createOptionsFile', 'help']

/**
 * Applies `--optionsFile` and `--createOptionsFile` before a command runs: takes options from the file unless the
 * command line has them, or writes a template and ends the program.
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
      throw new CommandError(exitCodes.usage, `“${label}” has an option that this command does not: ${name}.`, { hint })
    }
    give(command, option, value, label)
  }
}

/** Returns the options of a command that a file can contain. */
const fileable = (command: Command): readonly Option[] =>
  command.options.filter((option) => !option.hidden && !aboutFiles.includes(option.attributeName()))

const give = (command: Command, option: Option, text: string, label: string): void => {
  const name = option.attributeName()
  if (command.getOptionValueSource(name) === 'cli') return
  const isFlag = !option.required && !option.optional
  if (isFlag && !/^(true|false)$/.test(text)) {
    const hint = 'Write “true” or “false”.'
    throw new CommandError(exitCodes.usage, `“${label}” has something else than yes or no for ${name}.`, { hint })
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
    if (code !== 'EEXIST') throw new CommandError(exitCodes.failed, `“${label}” cannot be written: ${code}.`)
    throw new CommandError(exitCodes.failed, `“${label}” is there already.`, {
      hint: 'Give another name, or delete it first: nothing is overwritten.',
    })
  })
  io.note(`Wrote “${label}”. Fill it in and give it by --optionsFile.`)
}

/**
 * Returns the options of a YAML file by name. Values are the text as written: `0123` and `yes` keep their spelling.
 * Skips options that are null. `label` names the file in messages. Throws {@link CommandError} with a line number; it
 * quotes nothing, because the text may contain a value.
 */
const optionsIn = (text: string, label: string): { name: string; value: string }[] => {
  const { contents, lineAt, problems } = parseSpec(text)
  const refuse = (line: number, message: string) =>
    new CommandError(exitCodes.usage, `${label}:${line}: ${message}`, { hint: 'Write one “name: value” a line.' })
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
