import type { Needs } from '#server/http/route.ts'
import type { SendRequest } from './send-request.ts'

type Schema = { properties?: Record<string, unknown>; required?: string[] }
type Described = {
  'x-needs': Needs
  'x-confirm'?: true
  requestBody?: { content: { 'application/json': { schema: Schema } } }
}
type OpenApi = { openapi: string; paths: Record<string, Record<string, Described>> }

/** One method of one path, as the OpenAPI document describes it. */
export type Operation = {
  method: string
  /** With parameters like `{name}`. */
  path: string
  /** Who may call it. */
  needs: Needs
  /** Whether a session needs a fresh confirmation. */
  confirm: boolean
  /** A body that the route accepts. */
  body: Record<string, unknown> | undefined
}

/** A valid value for every required field of a body. Add one for a new field. */
const samples: Record<string, unknown> = {
  name: 'SAMPLE',
  value: 'a new value',
  type: 'slurm',
  token: 'not the token',
  ticket: 'not the ticket',
  email: 'nobody@example.com',
  password: 'correct horse battery',
  team: 'Sample team',
  role: 'viewer',
  access: 'all',
  all: true,
  current: 'correct horse battery',
  next: 'another long password',
  code: 'BCDF-GHJK',
  device: 'ada@laptop',
  challenge: '0'.repeat(64),
  verifier: 'v'.repeat(43),
  credential: {
    id: 'AA',
    rawId: 'AA',
    type: 'public-key',
    clientExtensionResults: {},
    response: { clientDataJSON: 'AA', attestationObject: 'AA', authenticatorData: 'AA', signature: 'AA' },
  },
}

export const fetchOpenApi = async (request: SendRequest): Promise<OpenApi> =>
  (await request<OpenApi>('GET', '/v1/openapi.json')).json

/** Returns whether a path belongs to `/v1`, and not to the discontinued service. */
const isOfV1 = (path: string): boolean => path.startsWith('/v1/')

/**
 * Lists the operations of the API, those of `/v1` by default, so that a test of all operations covers later ones too.
 */
export const listOperations = async (request: SendRequest, isWanted = isOfV1): Promise<Operation[]> => {
  const { paths } = await fetchOpenApi(request)
  const wanted = Object.entries(paths).filter(([path]) => isWanted(path))
  return wanted.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, 'x-needs': needs, 'x-confirm': confirm = false }]) => ({
      method: method.toUpperCase(),
      path,
      needs,
      confirm,
      body: requestBody && sampleOf(requestBody.content['application/json'].schema),
    })),
  )
}

/**
 * Returns a valid body. Without required fields, it has every field that has a sample. `value` is always there,
 * although it is optional for plans.
 */
const sampleOf = ({
  properties = {},
  required = Object.keys(properties).filter((field) => field in samples),
}: Schema): Record<string, unknown> =>
  Object.fromEntries(
    [...new Set([...required, ...('value' in properties ? ['value'] : [])])].map((field) => {
      const sample = samples[field]
      if (sample === undefined) throw new Error(`There is no sample for the field “${field}”. Add one.`)
      return [field, sample]
    }),
  )

/** Fills the parameters of a path. Throws for an unknown parameter, which the test has to provide. */
export const fillPath = (path: string, parts: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, part: string) => {
    const value = parts[part]
    if (value === undefined) throw new Error(`Nothing is known for “{${part}}” in ${path}.`)
    return value
  })
