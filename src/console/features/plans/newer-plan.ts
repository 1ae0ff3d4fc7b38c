import { Failure } from '#shared/failure.ts'
import { type Plan, plan } from '#shared/plans/plan.ts'

/** The plan that a change was refused with, because the one that it was decided by holds no more. */
export const newerPlan = (error: unknown): Plan | undefined => {
  if (!(error instanceof Failure) || error.code !== 'CONFLICT') return undefined
  return plan.safeParse(error.issues[0]?.plan).data
}
