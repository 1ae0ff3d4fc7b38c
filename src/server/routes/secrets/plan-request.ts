import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { sightOf } from '#server/http/key-limits.ts'
import type { DecidedBy, PlanView } from '#server/store/secrets/plan-changes.ts'
import { Failure } from '#shared/failure.ts'
import { planHash, planHeader } from '#shared/plans/plan.ts'
import { newSecret, secretChange } from '#shared/secret.ts'

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

/** Refuses a body without a value for a change that is to happen, as its schema would. */
export const missingValue = (): Failure => {
  const message = 'Type a value.'
  return new Failure('BAD_REQUEST', message, { issues: [{ message, path: ['value'] }] })
}

/** Who a plan is for. */
export const planView = (c: Context<Env>, { now }: Pick<Deps, 'now'>): PlanView => ({ at: now(), sight: sightOf(c) })

/** What a change was decided by, if its headers say so. */
export const decidedBy = (c: Context<Env>, { [planHeader]: hash }: z.output<typeof planHeaders>): DecidedBy =>
  hash === undefined ? {} : { plan: { hash, sight: sightOf(c) } }
