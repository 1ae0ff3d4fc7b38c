import type { Ask } from './ask.ts'

type Schema = { properties?: Record<string, unknown>; required?: string[] }
type Described = { requestBody?: { content: { 'application/json': { schema: Schema } } } }
type OpenApi = { openapi: string; paths: Record<string, Record<string, Described>> }

/** One method of one path, as the OpenAPI document describes it. */
export type Operation = {
  method: string
  /** With `{name}` for the parts that vary. */
  path: string
  /** A body that the route accepts. */
  body: Record<string, string> | undefined
}

/** A good value for every field that a body has. A new field needs one here. */
const samples: Record<string, string> = {
  name: 'SAMPLE',
  value: 'a new value',
  type: 'slurm',
  token: 'not the token',
  email: 'nobody@example.com',
  password: 'correct horse battery',
  team: 'Sample team',
}

export const openApiOf = async (request: Ask): Promise<OpenApi> =>
  (await request<OpenApi>('GET', '/v1/openapi.json')).json

/** Every operation of the API, so that a test of all of them also tests those that are added later. */
export const operationsOf = async (request: Ask): Promise<Operation[]> => {
  const { paths } = await openApiOf(request)
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody && sampleOf(requestBody.content['application/json'].schema),
    })),
  )
}

const sampleOf = ({ properties = {} }: Schema): Record<string, string> =>
  Object.fromEntries(
    Object.keys(properties).map((field) => {
      const sample = samples[field]
      if (sample === undefined) throw new Error(`There is no sample for the field “${field}”. Add one.`)
      return [field, sample]
    }),
  )

/** Fills the parts of a path that vary. A new kind of part has to be given by the tests that walk all paths. */
export const filled = (path: string, parts: Record<string, string>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, part: string) => {
    const value = parts[part]
    if (value === undefined) throw new Error(`Nothing is known for “{${part}}” in ${path}.`)
    return value
  })

/** Which kind of scope the `{id}` of a path names. */
export const scopeKindOf = (path: string): 'team' | 'project' | 'cluster' => {
  const kind = { teams: 'team', projects: 'project', clusters: 'cluster' } as const
  const part = path.split('/')[2] as keyof typeof kind
  if (!kind[part]) throw new Error(`Nothing is known of the {id} in ${path}.`)
  return kind[part]
}
