import type { Kysely, Transaction } from 'kysely'
import type { Sha256 } from '#server/crypto/web-crypto.ts'
import type { Schema } from '#server/store/db/schema.ts'
import type { Visibility } from '#server/store/people/project-access-store.ts'
import type { UsageStore, UsesOf } from '#server/store/workloads/usage-store.ts'
import { Failure } from '#shared/failure.ts'
import {
  type PlanDraft,
  planOfScope,
  planOfSecret,
  planText,
  type ScopeChange,
  type SecretChange,
} from '#shared/plans/compute-plan.ts'
import { type Plan, planExamples, planUseDays } from '#shared/plans/plan.ts'
import { countScopes, firstScopes, holdersElsewhere } from './plan-reads.ts'

/**
 * The plan that the user confirmed, with their visibility. When the current plan differs, the change throws `CONFLICT`
 * with the current plan in its first issue, and changes nothing.
 */
export type ConfirmedPlan = { plan?: { hash: string; visibility?: Visibility | undefined } | undefined }

/** Who sees a plan. Uses are included up to `at`, in milliseconds since 1970. */
export type PlanView = { at: number; visibility?: Visibility | undefined }

type PlannedChange = SecretChange | ScopeChange
type Drafted = { about: PlannedChange; draft: PlanDraft; hash: string }

/** Computes the plans of changes, for display and as a condition. */
export type Planner = {
  /** Returns the plan of the change that `find` describes. `find` throws the same errors as the change. Writes nothing. */
  dryRun(teamId: string, view: PlanView, find: (trx: Transaction<Schema>) => Promise<PlannedChange>): Promise<Plan>
  /**
   * Runs a change in a transaction, then compares its plan with the confirmed one, and rolls the change back when they
   * differ. `run` returns the result, and in `about` the state before the change, which the plan is computed from.
   *
   * The plan is computed last, when `run` has locked the head of the audit trail: no other change in the team can
   * commit before this one. The change's own writes do not count, because a plan reads other scopes only.
   */
  change<Result>(
    teamId: string,
    confirmed: ConfirmedPlan & { at: number },
    run: (trx: Transaction<Schema>) => Promise<{ result: Result; about: PlannedChange }>,
  ): CheckedByPlan<Result>
}

const checked = Symbol('checked by plan')

/**
 * The result of {@link Planner.change}, and of nothing else. The store's methods that plans exist for return this type, so
 * that none of them can write without its plan being checked.
 */
export type CheckedByPlan<Result> = Promise<Result> & { readonly [checked]: true }

export const planner = (
  db: Kysely<Schema>,
  { sha256, uses }: { sha256: Sha256; uses: UsageStore['uses'] },
): Planner => {
  const draftOf = async (
    trx: Transaction<Schema>,
    teamId: string,
    about: PlannedChange,
    visibility: Visibility | undefined,
  ): Promise<Drafted> => {
    const { scope } = about
    const counts = await countScopes(trx, teamId, scope, visibility)
    if (!('name' in about)) {
      const draft = planOfScope(about, counts)
      return { about, draft, hash: await sha256(planText(draft, { ...about, counts })) }
    }
    const others = await holdersElsewhere(trx, teamId, about, visibility)
    const first = {
      project: await firstScopes(trx, teamId, 'project', about, visibility),
      cluster: await firstScopes(trx, teamId, 'cluster', about, visibility),
    }
    const draft = planOfSecret(about, { others, counts, first })
    return { about, draft, hash: await sha256(planText(draft, { scope, name: about.name, others, counts })) }
  }

  /** Adds the uses, outside the transaction: the hash of a plan does not cover them. */
  const complete = async (
    teamId: string,
    { about, draft, hash }: Drafted,
    { at, visibility }: PlanView,
  ): Promise<Plan> => {
    const of = affectedUses(about, draft)
    const since = at - planUseDays * 24 * 3_600_000
    const found = of ? await uses(teamId, of, since, planExamples, visibility) : { uses: [], total: 0 }
    return { hash, ...draft, uses: found.uses, usesTotal: found.total }
  }

  return {
    dryRun: async (teamId, view, find) => {
      const drafted = await db
        .transaction()
        // All reads of a plan see one snapshot. SQLite ignores the isolation level and has one writer at a time.
        .setIsolationLevel('repeatable read')
        .execute(async (trx) => draftOf(trx, teamId, await find(trx), view.visibility))
      return complete(teamId, drafted, view)
    },

    change: (teamId, { plan, at }, run) => {
      const runAndCheck = async () => {
        try {
          return await db.transaction().execute(async (trx) => {
            const { result, about } = await run(trx)
            if (plan) {
              const drafted = await draftOf(trx, teamId, about, plan.visibility)
              if (drafted.hash !== plan.hash) throw new OutdatedPlan(drafted)
            }
            return result
          })
        } catch (error) {
          if (!(error instanceof OutdatedPlan)) throw error
          throw planChanged(await complete(teamId, error.drafted, { at, visibility: plan?.visibility }))
        }
      }
      return Object.assign(runAndCheck(), { [checked]: true } as const)
    },
  }
}

/** Rolls a change back. The new plan is completed after the transaction, and then reported. */
class OutdatedPlan extends Error {
  override readonly name = 'OutdatedPlan'
  readonly drafted: Drafted
  constructor(drafted: Drafted) {
    super('The plan is out of date.')
    this.drafted = drafted
  }
}

const planChanged = (plan: Plan): Failure => {
  const message = 'What this touches is not what it was when you decided.'
  return new Failure('CONFLICT', `${message} Nothing was changed. Look at the new plan, then try again.`, {
    issues: [{ message, plan }],
  })
}

/**
 * Selects the uses by workloads that a change affects: of the existing secret, of the secret that a new one overrides,
 * or of everything on the project or cluster.
 */
const affectedUses = (about: PlannedChange, { outcomes }: PlanDraft): UsesOf | undefined => {
  const { scope } = about
  const on = scope.kind === 'project' ? { projectId: scope.id } : { clusterId: scope.id }
  if (!('name' in about)) return on
  const { name, secret } = about
  if (secret) return { scope, name }
  const overridden = outcomes.flatMap(({ before }) => before ?? [])
  if (overridden.length === 0) return undefined
  // On a cluster, values of projects still win: only the team's value is overridden.
  const [from] = overridden
  return { name, ...on, ...(scope.kind === 'cluster' && from ? { from } : {}) }
}
