import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { requireScopeAccess, visibilityOf } from '#server/http/key-limits.ts'
import { listQuery } from '#server/http/page-query.ts'
import { type Reply, reply } from '#server/http/reply.ts'
import type { ConfirmedPlan, PlanView } from '#server/store/secrets/plan-changes.ts'
import { Failure, type FailureCode } from '#shared/failure.ts'
import { planHash, planHeader } from '#shared/plans/plan.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { newSecret, type Secret, secretChange, secretName } from '#shared/secret.ts'

// Schemas and helpers that the routes of secrets, versions, the trash and scopes share.

const day = 24 * 3_600_000
const mostDays = 3650
const wrongInclude = 'Include “overlaps”, “lastUse” or both, with a comma between.'
const wrongUnused = `Ask for “ever”, or for 1 to ${mostDays} days.`

/** What an answer includes in addition to the metadata of a secret. */
export const include = z
  .string()
  .regex(/^(overlaps|lastUse)(,(overlaps|lastUse))*$/, wrongInclude)
  .optional()
  .describe(
    'One or both, with a comma between: `overlaps` adds where else in the team the name is set, `lastUse` when a ' +
      'workload got the secret last, which version, by whose key and where.',
  )

/** Parses the text of an `include`. */
export const parseInclude = (text: string | undefined): { overlaps: boolean; lastUse: boolean } => {
  const words = text?.split(',') ?? []
  return { overlaps: words.includes('overlaps'), lastUse: words.includes('lastUse') }
}

/** The query of a list of secrets. */
export const secretListQuery = listQuery.extend({
  include,
  unused: z
    .union([z.literal('ever'), z.coerce.number().int().min(1).max(mostDays)], wrongUnused)
    .optional()
    .describe(
      'Keeps the secrets that no workload has got: `ever`, or for so many days, in which they were not set either.',
    ),
})

/** Returns since when a secret must be unused, in milliseconds since 1970. */
export const unusedSince = (unused: 'ever' | number | undefined, now: number): 'ever' | number | undefined =>
  typeof unused === 'number' ? now - unused * day : unused

/** The query of a change that can be planned. */
export const planQuery = z.object({
  dryRun: z
    .enum(['true', 'false'], 'Say “true” or “false” for “dryRun”.')
    .optional()
    .describe('With `true`, nothing is changed: the answer is what the change would touch.'),
})

/** The headers of a change that can be planned. */
export const planHeaders = z.object({
  [planHeader]: planHash
    .optional()
    .describe('The `hash` of the plan that the change was decided by: 409 with the new plan when it holds no more.'),
})

const withoutValue =
  'Needed to set the secret. With `dryRun=true` it may be left out; if it comes, the plan says whether it is the `same`.'

/** The bodies of changes that can be planned: a plan needs no value, and compares one that comes. */
export const plannedNewSecret = newSecret.extend({ value: newSecret.shape.value.optional().describe(withoutValue) })
export const plannedSecretChange = secretChange.extend({
  value: secretChange.shape.value.optional().describe(withoutValue),
})

/** Returns the failure for a change without a value, in the form of a failed validation. */
export const missingValue = (): Failure => {
  const message = 'Type a value.'
  return new Failure('BAD_REQUEST', message, { issues: [{ message, path: ['value'] }] })
}

export const scopeParams = z.object({ id: z.string().max(100) })
export const secretParams = scopeParams.extend({ name: secretName })
export const writeQuery = planQuery.extend({ include })
export const ifMatch = planHeaders.extend({ 'if-match': z.string().max(1000).optional() })
export const scopeFailures = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'] satisfies FailureCode[]

/** Returns the permission for changing the secrets of a scope. */
export const setPermission = (kind: ScopeKind) => (kind === 'project' ? 'setProjectSecrets' : 'setSharedSecrets')

/** Returns the scope that a path names. Refuses one that the principal has no access to. */
export const requestedScope = async (c: Context<Env>, deps: Deps, kind: ScopeKind, id: string) => {
  const teamId = c.get('team').id
  const scope: Scope = { kind, id: kind === 'team' ? teamId : id }
  await requireScopeAccess(c, deps, scope)
  return { teamId, scope }
}

/** Splits an `If-Match` header into its ETags. */
export const parseIfMatch = (header: string | undefined): { ifMatch?: readonly string[] } =>
  header === undefined ? {} : { ifMatch: header.split(',').map((tag) => tag.trim()) }

type AboutOne<Status> = { teamId: string; scope: Scope; secret: Secret; status: Status; include?: string | undefined }

/** Answers with one secret, and its ETag as a header. */
export const replySecret = async <Status extends 200 | 201>(
  c: Context<Env>,
  { store }: Deps,
  { teamId, scope, secret, status, include }: AboutOne<Status>,
): Promise<Reply<Secret, Status>> => {
  const { overlaps, lastUse } = parseInclude(include)
  const { name, etag } = secret
  const visibility = visibilityOf(c)
  const added = {
    ...(overlaps ? { overlaps: await store.overlaps(teamId, scope, name, visibility) } : {}),
    ...(lastUse ? { lastUse: (await store.lastUses(teamId, scope, [name], visibility)).get(name) ?? null } : {}),
  }
  return reply(c, { ...secret, ...added }, { status, headers: { etag } })
}

/** Returns the time of a plan, and what its reader may see. */
export const planContext = (c: Context<Env>, { now }: Pick<Deps, 'now'>): PlanView => ({
  at: now(),
  visibility: visibilityOf(c),
})

/** Returns the plan that a change expects, if its headers have one. */
export const expectedPlan = (c: Context<Env>, { [planHeader]: hash }: z.output<typeof planHeaders>): ConfirmedPlan =>
  hash === undefined ? {} : { plan: { hash, visibility: visibilityOf(c) } }
