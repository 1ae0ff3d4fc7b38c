import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Io } from '#cli/io.ts'
import { Failure } from '#shared/failure.ts'
import { type Plan, plan as planSchema } from '#shared/plans/plan.ts'
import { planLines } from '#shared/plans/plan-lines.ts'
import { printable } from './printable.ts'

export type PlanOptions = { expectAffected?: number; yes?: true }

export type PlannedChange<Result> = {
  /** Fetches the plan: what the change affects. */
  plan(): Promise<Plan>
  /** Makes the change. With the hash of a plan, only while that plan is current. */
  make(hash?: string): Promise<Result>
  /** Returns the question for a plan, or `undefined` when none is needed. */
  question(plan: Plan): string | undefined
}

/**
 * Makes a change after showing its plan. On a terminal it asks; with `--expect-affected` it requires that number of
 * affected pairs. Otherwise it makes the change without a plan. When the state changes between the plan and the change,
 * it starts again with the new plan.
 */
export const makePlannedChange = async <Result>(
  io: Io,
  options: PlanOptions,
  change: PlannedChange<Result>,
): Promise<Result> => {
  const asks = io.interactive && !options.yes
  if (!asks && options.expectAffected === undefined) return change.make()
  let plan = await change.plan()
  for (;;) {
    await decide(io, options, asks, plan, change.question(plan))
    try {
      return await change.make(plan.hash)
    } catch (error) {
      const moved = newPlanIn(error)
      if (!moved) throw error
      plan = moved
      io.note('Meanwhile something else has changed. What it will touch now:')
      if (asks) continue
      for (const line of planLines(plan, Date.now())) io.note(printable(line))
      throw new CommandError(exitCodes.failed, 'Nothing was changed.', {
        hint: 'Look at it, then run the command again.',
      })
    }
  }
}

const decide = async (
  io: Io,
  { expectAffected }: PlanOptions,
  asks: boolean,
  plan: Plan,
  question: string | undefined,
): Promise<void> => {
  for (const line of planLines(plan, Date.now())) io.note(printable(line))
  if (expectAffected !== undefined && plan.affected !== expectAffected) {
    throw new CommandError(
      exitCodes.failed,
      `${plan.affected} ${plan.affected === 1 ? 'pair is' : 'pairs are'} affected, not ${expectAffected}. Nothing was changed.`,
    )
  }
  if (asks && question && !(await io.confirm(printable(question)))) {
    throw new CommandError(exitCodes.failed, 'Nothing was changed.')
  }
}

const newPlanIn = (error: unknown): Plan | undefined => {
  if (!(error instanceof Failure) || error.code !== 'CONFLICT') return undefined
  for (const issue of error.issues) {
    const parsed = planSchema.safeParse(issue.plan)
    if (parsed.success) return parsed.data
  }
  return undefined
}
