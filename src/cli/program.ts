import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import type { Context, SharedOptions } from './context.ts'

/** Declares the arguments, options and help of a command, and what it does. */
type DeclareCommand = (command: Command, context: Context) => void

/** Every command, in the order of the help. Each is a file of its own, which is loaded when the command is called. */
const commands: readonly (readonly [path: string, load: () => Promise<DeclareCommand>])[] = [
  ['secrets set', async () => (await import('#cli/commands/secrets-set.ts')).secretsSetCommand],
  ['secrets list', async () => (await import('#cli/commands/secrets-list.ts')).secretsListCommand],
  ['secrets delete', async () => (await import('#cli/commands/secrets-delete.ts')).secretsDeleteCommand],
  ['secrets import', async () => (await import('#cli/commands/secrets-import.ts')).secretsImportCommand],
  ['secrets history', async () => (await import('#cli/commands/secrets-history.ts')).secretsHistoryCommand],
  ['secrets restore', async () => (await import('#cli/commands/secrets-restore.ts')).secretsRestoreCommand],
  ['secrets purge', async () => (await import('#cli/commands/secrets-purge.ts')).secretsPurgeCommand],
  ['secrets trash', async () => (await import('#cli/commands/secrets-trash.ts')).secretsTrashCommand],
  ['projects list', async () => (await import('#cli/commands/projects.ts')).projectsListCommand],
  ['projects create', async () => (await import('#cli/commands/projects.ts')).projectsCreateCommand],
  ['projects details', async () => (await import('#cli/commands/projects.ts')).projectsDetailsCommand],
  ['projects delete', async () => (await import('#cli/commands/projects.ts')).projectsDeleteCommand],
  ['clusters list', async () => (await import('#cli/commands/clusters.ts')).clustersListCommand],
  ['run', async () => (await import('#cli/commands/run.ts')).runCommand],
  ['explain', async () => (await import('#cli/commands/explain.ts')).explainCommand],
  ['env', async () => (await import('#cli/commands/env.ts')).envCommand],
  ['spec check', async () => (await import('#cli/commands/spec-check.ts')).specCheckCommand],
  ['login', async () => (await import('#cli/commands/login.ts')).loginCommand],
  ['apiKey', async () => (await import('#cli/commands/api-key.ts')).apiKeyCommand],
  ['logout', async () => (await import('#cli/commands/api-key.ts')).logoutCommand],
  ['completion', async () => (await import('#cli/commands/completion.ts')).completionCommand],
]

const groups: Readonly<Record<string, string>> = {
  secrets: 'Set, list and delete secrets.',
  projects: 'List, create and delete projects.',
  clusters: 'List clusters.',
  spec: 'Look at the files that describe workloads.',
}

/** Returns the program with the commands that these arguments need. */
export const createProgram = async (context: Context, args: readonly string[]): Promise<Command> => {
  const program = createRoot(context)
  for (const [path, load] of neededFor(args)) {
    const [name = '', group] = path.split(' ').reverse()
    const parent = group === undefined ? program : findGroup(program, group)
    const declare = await load()
    declare(parent.command(name), context)
  }
  return program
}

/**
 * Returns the commands to load. Those are the called command alone, or all of them for help, completion and words that
 * are no command. Loading all takes twice as long as Node's own start.
 */
const neededFor = (args: readonly string[]): typeof commands => {
  if (args[0] === '--version' || args[0] === '-V') return []
  const called = commands.filter(([path]) => path.split(' ').every((word, index) => args[index] === word))
  return called.length === 0 || args[0] === 'completion' ? commands : called
}

const findGroup = (program: Command, name: string): Command =>
  program.commands.find((one) => one.name() === name) ?? program.command(name).description(groups[name] ?? '')

const createRoot = (context: Context): Command => {
  const { io } = context
  return new Command('gradient')
    .description('Secrets for the workloads of a team.')
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Commander also throws the error, and `runProgram` reports it.
      outputError: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({ showGlobalOptions: false })
    .option('-V, --version', 'print the version')
    .on('option:version', () => {
      io.print(version())
      throw new CommanderError(0, 'commander.version', '')
    })
    .hook('preAction', async (_, command) => {
      const options = command.opts()
      if (options.optionsFile !== undefined || options.createOptionsFile !== undefined) {
        const { applyOptionsFile } = await import('#cli/options/options-file.ts')
        await applyOptionsFile(context, command)
      }
      const { apiKey, json, insecure } = command.opts<SharedOptions>()
      Object.assign(context.sharedOptions, { apiKey, json, insecure })
    })
}

/** Reads the version of the package that contains this file, bundled or not. */
const version = (): string => {
  for (let folder = new URL('.', import.meta.url); ; folder = new URL('..', folder)) {
    const text = attempt(() => readFileSync(new URL('package.json', folder), 'utf8'))
    if (text !== undefined) return JSON.parse(text).version
    if (folder.pathname === '/') throw new Error('This program is outside of its package.')
  }
}

const attempt = (read: () => string): string | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}
