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
