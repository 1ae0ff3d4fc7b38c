import type { Needs } from '#server/http/route.ts'
import type { SendRequest } from './send-request.ts'

type Schema = { properties?: Record<string, unknown>; required?: string[] }
type Described = { 'x-needs': Needs; requestBody?: { content: { 'application/json': { schema: Schema } } } }
type OpenApi = { openapi: string; paths: Record<string, Record<string, Described>> }

/** One method of one path, as the OpenAPI document describes it. */
export type Operation = {
  method: string
  /** With `{name}` for the parts that vary. */
  path: string
  /** Who may call it. */
  needs: Needs
  /** A body that the route accepts. */
  body: Record<string, unknown> | undefined
}

/** A good value for every field that a body must have. A new field needs one here. */
const samples: Record<string, unknown> = {
  name: 'SAMPLE',
  value: 'a new value',
  type: 'slurm',
  token: 'not the token',
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

/** Whether a path is one of `/v1`, and not of the discontinued service. */
const isOfV1 = (path: string): boolean => path.startsWith('/v1/')

/** Every operation of the API, so that a test of all of them also tests those that are added later: of `/v1`, unless told. */
export const listOperations = async (request: SendRequest, isWanted = isOfV1): Promise<Operation[]> => {
  const { paths } = await fetchOpenApi(request)
  const wanted = Object.entries(paths).filter(([path]) => isWanted(path))
  return wanted.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody, 'x-needs': needs }]) => ({
      method: method.toUpperCase(),
      path,
      needs,
      body: requestBody && sampleOf(requestBody.content['application/json'].schema),
    })),
  )
}

/**
 * Of a body that has no field it must have, every field that there is a sample for. A secret's value may be left out for
 * a plan only, so that it is always there.
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

/** Fills the parts of a path that vary. A new kind of part has to be given by the tests that walk all paths. */
export const fillPath = (path: string, parts: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, part: string) => {
    const value = parts[part]
    if (value === undefined) throw new Error(`Nothing is known for “{${part}}” in ${path}.`)
    return value
  })
