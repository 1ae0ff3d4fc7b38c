/** All failure codes with their HTTP status. The set is closed, so clients may switch over it. */
export const statuses = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_SUPPORTED: 405,
  TIMEOUT: 408,
  CONFLICT: 409,
  PRECONDITION_FAILED: 412,
  PAYLOAD_TOO_LARGE: 413,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  UNAVAILABLE: 503,
} as const

export type FailureCode = keyof typeof statuses

/** One problem, with its path in the request. */
export type Issue = {
  message: string
  path?: readonly (string | number)[]
  /** For a conflict, the metadata of the existing secret. Never a value. */
  existing?: unknown
  /** The new plan, when the change was based on an outdated one. */
  plan?: unknown
}

type FailureOptions = ErrorOptions & {
  issues?: readonly Issue[]
  /** Seconds to wait before a retry. */
  retryAfter?: number
  /** Further headers of the answer, in lower case. */
  headers?: Readonly<Record<string, string>>
  /** Allowed methods, for `METHOD_NOT_SUPPORTED`. */
  allow?: string
  /** ID of the request in the log of the server. */
  requestId?: string
}

/**
 * The error of the product: thrown by the server, rebuilt by the client. Its message says what happened, then what to
 * do. It never contains the value of a secret.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly issues: readonly Issue[]
  readonly retryAfter: number | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly allow: string | undefined
  readonly requestId: string | undefined

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options)
    this.code = code
    this.issues = options.issues ?? []
    this.retryAfter = options.retryAfter
    this.headers = options.headers ?? {}
    this.allow = options.allow
    this.requestId = options.requestId
  }

  get status(): (typeof statuses)[FailureCode] {
    return statuses[this.code]
  }

  toJSON(): { code: FailureCode; message: string; issues?: readonly Issue[] } {
    const { code, message, issues } = this
    return issues.length > 0 ? { code, message, issues } : { code, message }
  }
}
