import { Argument, type Command, InvalidArgumentError } from 'commander'
import { didYouMean } from '#shared/close-names.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'

// Arguments and options that several commands share.

/** Declares the scope as the next argument, one of three words. */
export const withScope = (command: Command): Command => {
  const argument = new Argument('<scope>', 'where they are stored').choices(scopeKinds)
  argument.argParser((text: string): ScopeKind => {
    const kind = scopeKinds.find((one) => one === text)
    if (kind) return kind
    const hint = didYouMean(text, scopeKinds)
    throw new InvalidArgumentError(`It is one of ${scopeKinds.join(', ')}.${hint ? ` ${hint}` : ''}`)
  })
  return command
    .addArgument(argument)
    .option('--id <id>', 'ID of the project or cluster; for a team it can be left out')
}

export const secretNameOption = ['--name <name>', 'name of the secret; asked for when missing'] as const

/** Declares where workloads run. Without both, they get what the team has. */
export const withPair = (command: Command): Command =>
  command
    .option('--project <project>', 'ID or name of the project that workloads run for')
    .option('--cluster <cluster>', 'ID or name of the cluster that they run on')

/** Declares the option that lets a key travel unencrypted. */
export const withInsecure = (command: Command): Command =>
  command.option('--insecure', 'send the key over “http://” to another machine too')

/** Declares the key for this call only, and the options file. */
export const withKey = (command: Command): Command =>
  withInsecure(command)
    .option('--apiKey <key>', 'API key for this call only; it is visible to others on this machine')
    .option('--optionsFile <file>', 'YAML file of options, by their names without dashes')
    .option('--createOptionsFile <file>', 'write such a file to fill in, and do nothing else')

/** Declares `--json`, for commands that print data. */
export const withJson = (command: Command): Command => command.option('--json', 'print everything as JSON')

/** Declares the options of a change that has a plan: commands that change what workloads get. */
export const withPlanOptions = (command: Command): Command =>
  command
    .option(
      '--expect-affected <number>',
      'do it only if so many pairs of project and cluster are affected',
      (text: string): number => {
        if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
        return Number(text)
      },
    )
    .option('--yes', 'do not ask')

/** Parses the number of a secret's version. */
export const versionNumber = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give the number of a version: 1 or more.')
  return Number(text)
}

/** Adds examples to the end of a command's help: what each does, and its command line. */
export const withExamples = (command: Command, examples: readonly (readonly [string, string])[]): Command =>
  command.addHelpText('after', `\nExamples:\n${examples.map(([what, line]) => `  # ${what}\n  ${line}\n`).join('\n')}`)
