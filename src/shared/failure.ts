/** Every way a request can fail, with its HTTP status. The set is closed: a client may switch over it. */
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

/** One thing that is wrong, with the place in the request it concerns. */
export type Issue = {
  message: string
  path?: readonly (string | number)[]
  /** What stands in the way already: the metadata of the secret, for a conflict. Never a value. */
  existing?: unknown
  /** What the change would touch now, for one that was decided by a plan which no longer holds. */
  plan?: unknown
}

export type FailureOptions = ErrorOptions & {
  issues?: readonly Issue[]
  /** Seconds after which trying again makes sense. */
  retryAfter?: number
  /** The methods that the address takes, for `METHOD_NOT_SUPPORTED`. */
  allow?: string
  /** Under which id the server's log knows the request. */
  requestId?: string
}

/**
 * The one error of the product: thrown by the server, rebuilt by the client.
 * Its message says what happened, then what to do; it never contains a secret's value.
 */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly code: FailureCode
  readonly issues: readonly Issue[]
  readonly retryAfter: number | undefined
  readonly allow: string | undefined
  readonly requestId: string | undefined

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options)
    this.code = code
    this.issues = options.issues ?? []
    this.retryAfter = options.retryAfter
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
