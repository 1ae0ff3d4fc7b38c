import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { apiRoutes } from '#server/app.ts'
import type { ApiRoute } from '#server/http/route.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Scope } from '#shared/scope.ts'
import { type Client, clientCalls } from './client.ts'
import type { Call } from './request.ts'

/** Arguments for every call of the client, with none left out. */
type Samples<Calls> = Calls extends (...args: infer Args) => unknown
  ? Required<Args>
  : { [Name in keyof Calls]: Samples<Calls[Name]> }

const { signal } = new AbortController()
const hash = '0'.repeat(64)
const page = { limit: 10, after: 'a', q: 'a', orderBy: 'name', order: 'asc' } as const
const password = 'correct horse battery'
const scope: Scope = { kind: 'project', id: 'pr0' }
const code = 'BCDF-GHJK'
const credential = {
  id: 'AA',
  rawId: 'AA',
  type: 'public-key',
  clientExtensionResults: {},
  response: { clientDataJSON: 'AA', attestationObject: 'AA', authenticatorData: 'AA', signature: 'AA' },
}
const pair = { projectId: 'pr0', clusterId: 'cl0' }

const samples: Samples<Client> = {
  setupState: [],
  setup: [{ token: 'a', name: 'Ada', email: 'ada@example.com', password, team: 'Team' }],
  signIn: [{ email: 'ada@example.com', password }],
  passkeySignIn: { challenge: [], finish: [credential] },
  claimProof: ['ticket'],
  signInWays: [],
  openid: {
    signInAddress: [{ invite: 'token' }],
    signIn: ['ticket'],
    confirmationAddress: [],
    confirm: ['ticket'],
    connectAddress: [],
    connect: ['ticket'],
    disconnect: [],
  },
  signOut: [],
  session: [],
  confirm: [{ password }],
  account: {
    get: [],
    rename: ['Ada'],
    changePassword: [{ current: password, next: 'another long password' }],
    endSession: ['id'],
    delete: ['ada@example.com'],
    beginTwoFactor: [{ password }],
    turnTwoFactorOn: ['123456'],
    renewRecoveryCodes: [{ password }],
    turnTwoFactorOff: [{ password }],
    passkeyChallenge: [],
    addPasskey: [{ name: 'laptop', credential }],
    deletePasskey: ['id'],
  },
  passwordReset: { look: ['token'], use: [{ token: 'token', password }] },
  teams: {
    create: [{ name: 'Team' }],
    get: ['te0'],
    change: ['te0', { name: 'Team', secondFactor: 'required', sessionIdleMinutes: 30 }],
    delete: ['te0'],
    deleted: [{ limit: 10, after: 'a' }],
    restore: ['te0'],
    purge: ['te0'],
  },
  deletedProjects: { list: [{ limit: 10, after: 'a' }], restore: ['pr0', { name: 'web' }], purge: ['pr0'] },
  deletedClusters: { list: [{ limit: 10, after: 'a' }], restore: ['cl0', { name: 'gpu' }], purge: ['cl0'] },
  apiKeys: {
    list: ['others', { limit: 10, after: 'a' }],
    create: [{ name: 'key', access: ['run'], ...pair, expiresAt: null }],
    renew: ['id', { overlapHours: 24 }],
    revoke: ['id'],
  },
  cliLogins: {
    start: [{ device: 'ada@laptop', challenge: hash }, signal],
    look: [code],
    allow: [{ code, access: ['manage'] }],
    deny: [code],
    key: [{ code, verifier: 'v'.repeat(43) }, signal],
  },
  members: { list: [{ limit: 10, after: 'a' }], changeRole: ['id', 'viewer'], resetPassword: ['id'], remove: ['id'] },
  invites: {
    list: [{ limit: 10, after: 'a' }],
    create: ['viewer'],
    delete: ['id'],
    look: ['token'],
    accept: [{ token: 'token' }],
  },
  projectAccess: { get: ['id'], set: ['id', { access: 'all' }] },
  audit: {
    list: [{ limit: 10, after: 'a', person: 'us0', action: 'secret.set', name: 'a' }],
    export: [],
    key: [],
  },
  changes: [signal],
  projects: {
    list: [page, signal],
    create: [{ name: 'web' }],
    get: ['id'],
    change: ['id', { name: 'web' }],
    delete: ['id', { plan: hash }],
    planDelete: ['id', signal],
  },
  clusters: {
    list: [page, signal],
    create: [{ name: 'gpu', type: 'slurm' }],
    get: ['id'],
    change: ['id', { name: 'gpu' }],
    delete: ['id', { plan: hash }],
    planDelete: ['id', signal],
  },
  secrets: {
    list: [scope, { ...page, include: 'overlaps,lastUse', unused: 'ever' }, signal],
    get: [scope, 'A'],
    create: [scope, { name: 'A', value: 'value' }, { plan: hash }],
    set: [scope, 'A', 'value', { ifMatch: '"a"', plan: hash }],
    delete: [scope, 'A', { ifMatch: '"a"', plan: hash }],
    versions: [scope, 'A', { limit: 10, after: 'a' }, signal],
    restoreVersion: [scope, 'A', 1, { ifMatch: '"a"', plan: hash }],
    planRestoreVersion: [scope, 'A', 1, signal],
    purgeVersion: [scope, 'A', 1],
    planSet: [scope, 'A', { value: 'value', signal }],
    planDelete: [scope, 'A', signal],
  },
  trash: {
    list: [scope, { limit: 10, after: 'a', q: 'a' }, signal],
    restore: [scope, 'id', { plan: hash }],
    planRestore: [scope, 'id', signal],
    purge: [scope, 'id'],
  },
  effective: { matrix: [pair, signal], explain: ['A', pair] },
  workloads: { resolve: [{ ...pair, only: ['A'] }] },
}

type AnyCall = Call<unknown>
type Recorded = { name: string; call: AnyCall }

/** Makes every call with its sample, and returns what each would send. */
const recordCalls = async (): Promise<Recorded[]> => {
  const recorded: Recorded[] = []
  let name = ''
  const calls = clientCalls(async (call) => {
    recorded.push({ name, call })
    throw new Error('Recorded.')
  })
  const walk = async (node: unknown, sample: unknown, path: string): Promise<void> => {
    if (typeof node === 'function') {
      name = path
      await Promise.resolve(node(...(sample as unknown[]))).catch(() => undefined)
      return
    }
    for (const [key, child] of Object.entries(node as object)) {
      await walk(child, (sample as Record<string, unknown>)[key], path ? `${path}.${key}` : key)
    }
  }
  await walk(calls, samples, '')
  return recorded
}

const table = apiRoutes((await openTestApp()).deps).all()
const recorded = await recordCalls()

const labelOf = ({ description: { method, path } }: ApiRoute) => `${method.toUpperCase()} ${path}`

/** Returns the route that serves a call, and the parameters of its path. */
const routeOf = ({
  method = 'GET',
  path,
}: AnyCall): { route: ApiRoute; params: Record<string, string> } | undefined => {
  for (const route of table) {
    if (route.description.method.toUpperCase() !== method) continue
    const parts = route.pattern.split('/').slice(2)
    const isMatch = parts.length === path.length && parts.every((part, at) => part.startsWith(':') || part === path[at])
    if (!isMatch || !route.pattern.startsWith('/v1/')) continue
    const varying = parts.flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), path[at] ?? '']] : []))
    return { route, params: Object.fromEntries(varying) }
  }
  return undefined
}

/** Validates one part of a request with the schema of the route. Returns the issues. */
const issuesOf = (part: string, schema: z.ZodType | undefined, given: Record<string, unknown>): string[] => {
  const known = schema instanceof z.ZodObject ? Object.keys(schema.shape) : []
  const unknown = Object.keys(given).filter((key) => !known.includes(key))
  const parsed = schema?.safeParse(given)
  return [
    ...unknown.map((key) => `${part}: the route does not take “${key}”`),
    ...(parsed?.error?.issues.map(({ message, path }) => `${part} ${path.join('.')}: ${message}`) ?? []),
  ]
}

/** Returns the forms of an answer in JSON Schema: several for a union. */
const formsOf = (schema: z.ZodType): string[] =>
  schema instanceof z.ZodUnion
    ? schema.options.flatMap((option) => formsOf(option as z.ZodType))
    : [JSON.stringify(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }))]

const isIgnored = (schema: z.ZodType) => schema instanceof z.ZodPipe && schema.in instanceof z.ZodUnknown

const answerIssues = ({ answer, as }: AnyCall, { description: { answers } }: ApiRoute): string[] => {
  const described = Object.values(answers)
  if (as) return described.every(({ schema, as }) => as || !schema) ? [] : ['answer: the route answers with JSON']
  if (isIgnored(answer)) return []
  const known = described.flatMap(({ schema, as }) => (schema && !as ? formsOf(schema) : []))
  return formsOf(answer).flatMap((form) => (known.includes(form) ? [] : [`answer: the route has no answer ${form}`]))
}

const textOf = (query: AnyCall['query'] = {}) =>
  Object.fromEntries(Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, `${value}`]])))

/** Returns every difference between a call and the route that serves it. */
const disagreements = ({ name, call }: Recorded): string[] => {
  const found = routeOf(call)
  if (!found) return [`${name}: no route serves ${call.method ?? 'GET'} /v1/${call.path.join('/')}`]
  const { params, query, headers, body } = found.route.description
  return [
    ...issuesOf('path', params, found.params),
    ...issuesOf('query', query, textOf(call.query)),
    ...issuesOf('headers', headers, call.headers ?? {}),
    ...(body || call.body !== undefined ? issuesOf('body', body, call.body as Record<string, unknown>) : []),
    ...answerIssues(call, found.route),
  ].map((issue) => `${name}: ${issue}`)
}

describe('the client', () => {
  it('makes every call as the route of the app takes it', () => {
    expect(recorded.flatMap(disagreements)).toEqual([])
  })

  it('has a call for every route of /v1 but the callback, and the PATCH of a secret, which its PUT covers', () => {
    const called = new Set(recorded.flatMap(({ call }) => routeOf(call)?.route ?? []).map(labelOf))
    const ofKinds = (label: string) =>
      label.replace(/\/v1\/(teams|clusters)\/(\{id\}\/(secrets|trash))/, '/v1/projects/$2')
    const uncalled = table
      .filter(({ pattern, description: { hidden } }) => pattern.startsWith('/v1/') && !hidden)
      .map(labelOf)
      .filter((label) => !called.has(ofKinds(label)))
    expect(uncalled).toEqual([
      'GET /v1/session/openid/callback',
      ...['teams', 'clusters', 'projects'].map((scopes) => `PATCH /v1/${scopes}/{id}/secrets/{name}`),
    ])
  })
})
