import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A command for who runs the server, on the server's machine and with its settings: `npm run admin -- NAME …`. */
export type AdminCommand = {
  /** What stands after its name, a line a form. */
  forms: readonly string[]
  about: string
  /** Does it and resolves with the exit code. Throws {@link AdminError} for what was to be expected. */
  run(given: readonly string[], environment: Record<string, string | undefined>): Promise<number>
}

/** Why a command ends without having done what was asked, in sentences for who asked. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit code of a command that was not understood, as of the command line of the product. */
export const usageExitCode = 64

/** Returns the options and arguments of a command. Throws {@link AdminError} with the usage exit code for unknown ones. */
export const parseOptions = <Options extends ParseArgsConfig>(options: Options) => {
  try {
    return parseArgs(options)
  } catch (error) {
    throw usageError((error as Error).message)
  }
}

/** Returns the only argument of a command, which is a file. Throws {@link AdminError} with `missing` when there is none. */
export const parseFileArgument = (given: readonly string[], missing: string): string => {
  const { positionals } = parseOptions({ args: [...given], options: {}, allowPositionals: true })
  const [file, ...more] = positionals
  if (!file) throw usageError(missing)
  if (more.length > 0) throw usageError('Name one file only.')
  return file
}

export const usageError = (message: string): AdminError => new AdminError(message, usageExitCode)
