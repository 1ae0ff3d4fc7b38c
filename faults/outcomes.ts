import type { Act } from './history.ts'
import type { Answer } from './http-client.ts'

type Answered = Answer & { kind: 'answered' }
type Outcome<Kind extends Act['kind']> = (Act & { kind: Kind })['outcome']

/** An answer that the request must not get. */
export type Wrong = { wrong: string }

const refusals = { 404: 'missing', 409: 'exists', 412: 'changed' } as const
const isRefusal = (status: number): status is keyof typeof refusals => Object.hasOwn(refusals, status)

/** Returns the outcome of a change from its answer. After a server error the change may have happened or not. */
export const changeIn = (answer: Answer): Outcome<'write'> | Wrong => {
  if (answer.kind !== 'answered' || answer.status >= 500) return 'unknown'
  const { status, json } = answer
  if (isRefusal(status)) return refusals[status]
  return status === 200 || status === 201 ? { ...rowIn(json), created: status === 201 } : wrong(answer)
}

export const deletionIn = (answer: Answer): Outcome<'delete'> | Wrong => {
  if (answer.kind !== 'answered' || answer.status >= 500) return 'unknown'
  if (isRefusal(answer.status)) return refusals[answer.status]
  return answer.status === 200 ? 'deleted' : wrong(answer)
}

/** Returns what a read saw; `undefined` without an answer, which proves nothing. */
export const lookIn = (answer: Answer): Outcome<'look'> | Wrong | undefined => {
  if (answer.kind !== 'answered' || answer.status >= 500) return undefined
  if (answer.status === 404) return 'missing'
  return answer.status === 200 ? rowIn(answer.json) : wrong(answer)
}

/** Returns what a list of all names saw, by name. */
export const listIn = (answer: Answer): Map<string, ReturnType<typeof rowIn>> | Wrong | undefined => {
  if (answer.kind !== 'answered' || answer.status >= 500) return undefined
  if (answer.status !== 200) return wrong(answer)
  return new Map(rowsIn(answer.json).map((row) => [String(row.name), rowIn(row)]))
}

export const resolveIn = (answer: Answer, name: string): Outcome<'resolve'> | Wrong | undefined => {
  if (answer.kind !== 'answered' || answer.status >= 500) return undefined
  if (answer.status === 404) return 'missing'
  const found = answer.status === 200 ? resolvedValues(answer.json).get(name) : undefined
  return found ?? wrong(answer)
}

/** Returns the resolved values with their versions. */
export const resolvedValues = (json: Record<string, unknown>): Map<string, { value: string; version: number }> => {
  const { env = {}, sources = {} } = json as {
    env?: Record<string, string>
    sources?: Record<string, { winner?: { version: number } }>
  }
  return new Map(
    Object.entries(env).map(([name, value]) => [name, { value, version: sources[name]?.winner?.version ?? 0 }]),
  )
}

/** Returns the rows of a list page. */
export const rowsIn = ({ items }: Record<string, unknown>): Record<string, unknown>[] =>
  Array.isArray(items) ? items : []

/** Returns the flaw of a server error: it must be JSON that says what to do and, with 503, when to retry. */
export const flawOf = (answer: Answer): string | undefined => {
  if (answer.kind === 'hung') return 'A request timed out.'
  if (answer.kind !== 'answered' || answer.status < 500) return undefined
  const { code, message } = answer.json
  const isJson = answer.header('content-type').startsWith('application/json')
  if (!isJson || typeof code !== 'string' || typeof message !== 'string' || message === '')
    return `An error was not JSON with a message: ${describe(answer)}`
  if (answer.status === 503 && answer.header('retry-after') === '')
    return `A 503 did not say when to retry: ${describe(answer)}`
  return undefined
}

/** Returns the request ID in the audit trail. */
export const requestIdOf = (answer: Answer): string => (answer.kind === 'answered' ? answer.header('x-request-id') : '')

const rowIn = ({ etag, version }: Record<string, unknown>) => ({ etag: String(etag), version: Number(version) })

const wrong = (answer: Answered): Wrong => ({ wrong: `A request was answered with ${describe(answer)}` })

export const isWrong = (outcome: unknown): outcome is Wrong =>
  typeof outcome === 'object' && outcome !== null && 'wrong' in outcome

/** Describes an answer in one line. It quotes only the error's message, which contains no value. */
export const describe = (answer: Answer): string =>
  answer.kind === 'answered' ? `${answer.status} ${String(answer.json.message ?? '').slice(0, 200)}` : answer.kind
