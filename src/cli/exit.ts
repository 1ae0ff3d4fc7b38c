import { Failure, type FailureCode } from '#shared/failure.ts'

/** Exit codes for errors of the command line itself. Numbers follow `sysexits.h` where it defines one. */
export const exitCodes = {
  /** Any failure without a more specific code. */
  failed: 1,
  /** Invalid arguments or input. */
  usage: 64,
  /** The server cannot be reached, or asks to retry later. */
  unavailable: 69,
  /** A bug in this program or in the server. */
  internalError: 70,
  /** The key is missing, invalid, or lacks permission. */
  denied: 77,
  /** A secret, project or cluster does not exist. */
  notFound: 78,
  /** Ctrl-C at a prompt: the code that shells use for SIGINT. */
  interrupted: 130,
} as const
type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

/** The error that commands throw. Its message never contains a value. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exit: number
  /** Says what to do. Printed on its own line. */
  readonly hint: string | undefined

  constructor(exit: number, message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options)
    this.exit = exit
    this.hint = options.hint
  }
}

/** Returns the error for a prompt that was left by Ctrl-C or Ctrl-D. Prints nothing: the user saw it happen. */
export const interrupted = (): CommandError => new CommandError(exitCodes.interrupted, '')

const codeOfFailure: Record<FailureCode, ExitCode> = {
  BAD_REQUEST: exitCodes.usage,
  UNAUTHORIZED: exitCodes.denied,
  FORBIDDEN: exitCodes.denied,
  NOT_FOUND: exitCodes.notFound,
  METHOD_NOT_SUPPORTED: exitCodes.internalError,
  TIMEOUT: exitCodes.unavailable,
  CONFLICT: exitCodes.failed,
  PRECONDITION_FAILED: exitCodes.failed,
  PAYLOAD_TOO_LARGE: exitCodes.usage,
  TOO_MANY_REQUESTS: exitCodes.unavailable,
  INTERNAL_SERVER_ERROR: exitCodes.internalError,
  UNAVAILABLE: exitCodes.unavailable,
}

/** Returns the exit code for any thrown value. */
export const exitCodeFor = (error: unknown): number =>
  error instanceof CommandError
    ? error.exit
    : error instanceof Failure
      ? codeOfFailure[error.code]
      : exitCodes.internalError
