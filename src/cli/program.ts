import { readFileSync } from 'node:fs'
import { Command, CommanderError } from 'commander'
import { declareCompletion } from '#cli/commands/declare-completion.ts'
import { declareEffective } from '#cli/commands/declare-effective.ts'
import { declareKeys } from '#cli/commands/declare-keys.ts'
import { declareLogin } from '#cli/commands/declare-login.ts'
import { declareRun } from '#cli/commands/declare-run.ts'
import { declareScopes } from '#cli/commands/declare-scopes.ts'
import { declareSecrets } from '#cli/commands/declare-secrets.ts'
import type { Context, Shared } from './context.ts'

/**
 * Every command with its options. Only declarations stand here: what a command does is loaded when it is called, so
 * that the start of each costs nothing for the others.
 */
export const createProgram = (context: Context): Command => {
  const { io } = context
  const program = new Command('gradient')
    .description('Secrets for the workloads of a team.')
    .exitOverride()
    .enablePositionalOptions()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // It is thrown as well, and said by the one who catches it.
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
      const { apiKey, json } = command.opts<Shared>()
      Object.assign(context.given, { apiKey, json })
    })
  declareSecrets(program, context)
  declareScopes(program, context)
  declareRun(program, context)
  declareEffective(program, context)
  declareLogin(program, context)
  declareKeys(program, context)
  declareCompletion(program, context)
  return program
}

/** The version of the package that this file is in, whether it was bundled or not. */
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
