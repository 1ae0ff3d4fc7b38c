import { type ParseArgsConfig, parseArgs } from 'node:util'

/** A command for operators, run on the server's machine with its settings: `npm run admin -- NAME …`. */
export type AdminCommand = {
  /** The arguments, one line for each form of the command. */
  forms: readonly string[]
  about: string
  /** Runs the command and resolves with the exit code. Throws {@link AdminError} for expected failures. */
  run(given: readonly string[], environment: Record<string, string | undefined>): Promise<number>
}

/** An expected failure of a command. The message says what happened and what to do. */
export class AdminError extends Error {
  override readonly name = 'AdminError'
  readonly exitCode: number
  constructor(message: string, exitCode = 1) {
    super(message)
    this.exitCode = exitCode
  }
}

/** The exit code for wrong arguments, the same as that of the product's command line. */
export const usageExitCode = 64

/** Parses a command's arguments. Throws {@link AdminError} with the usage exit code for unknown ones. */
export const parseOptions = <Options extends ParseArgsConfig>(options: Options) => {
  try {
    return parseArgs(options)
  } catch (error) {
    throw usageError((error as Error).message)
  }
}

/** Returns the only argument of a command, a file. Throws {@link AdminError} with `missing` when there is none. */
export const parseFileArgument = (given: readonly string[], missing: string): string => {
  const { positionals } = parseOptions({ args: [...given], options: {}, allowPositionals: true })
  const [file, ...more] = positionals
  if (!file) throw usageError(missing)
  if (more.length > 0) throw usageError('Name one file only.')
  return file
}

export const usageError = (message: string): AdminError => new AdminError(message, usageExitCode)
