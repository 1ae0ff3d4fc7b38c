import { Failure, type FailureCode } from '#shared/failure.ts'

/** What the command line ends with when it failed itself; the numbers are those of `sysexits.h` where it has one. */
export const exits = {
  /** Something went wrong that none of the others is about. */
  failed: 1,
  /** It was called in a way that it does not understand. */
  usage: 64,
  /** The server cannot be reached, or asks to come back later. */
  away: 69,
  /** A fault of this program or of the server. */
  fault: 70,
  /** The key is missing, wrong, or may not do this. */
  denied: 77,
  /** A secret, project or cluster does not exist. */
  missing: 78,
  /** Somebody pressed Ctrl-C at a question: what a shell makes of SIGINT. */
  interrupted: 130,
} as const
export type Exit = (typeof exits)[keyof typeof exits]

/** A failure of a command: the one error that commands throw themselves. Its message never contains a value. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly exit: number
  /** What to do, on a line of its own. */
  readonly hint: string | undefined

  constructor(exit: number, message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options)
    this.exit = exit
    this.hint = options.hint
  }
}

/** For a question that was left by Ctrl-C or Ctrl-D. It has been seen already, so nothing more is said. */
export const interrupted = (): CommandError => new CommandError(exits.interrupted, '')

const exitOf: Record<FailureCode, Exit> = {
  BAD_REQUEST: exits.usage,
  UNAUTHORIZED: exits.denied,
  FORBIDDEN: exits.denied,
  NOT_FOUND: exits.missing,
  METHOD_NOT_SUPPORTED: exits.fault,
  TIMEOUT: exits.away,
  CONFLICT: exits.failed,
  PRECONDITION_FAILED: exits.failed,
  PAYLOAD_TOO_LARGE: exits.usage,
  TOO_MANY_REQUESTS: exits.away,
  INTERNAL_SERVER_ERROR: exits.fault,
  UNAVAILABLE: exits.away,
}

/** The exit code for anything that was thrown. */
export const exitFor = (error: unknown): number =>
  error instanceof CommandError ? error.exit : error instanceof Failure ? exitOf[error.code] : exits.fault
