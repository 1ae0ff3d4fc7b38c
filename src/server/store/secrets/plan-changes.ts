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
 * The plan that a change was decided by, with what may be seen of the team by whoever decided. When another one holds by
 * now, the change throws `CONFLICT` with that in its first issue, and nothing is changed.
 */
export type ConfirmedPlan = { plan?: { hash: string; visibility?: Visibility | undefined } | undefined }

/** Who a plan is for. Uses are told up to `at`, in milliseconds since 1970. */
export type PlanView = { at: number; visibility?: Visibility | undefined }

type PlannedChange = SecretChange | ScopeChange
type Drafted = { about: PlannedChange; draft: PlanDraft; hash: string }

/** Tells what changes touch, before them and while they are made. */
export type Planner = {
  /** Returns the plan of the change that `find` describes. `find` throws what the change itself would. Writes nothing. */
  dryRun(teamId: string, view: PlanView, find: (trx: Transaction<Schema>) => Promise<PlannedChange>): Promise<Plan>
  /**
   * Runs a change in a transaction, then compares its plan with the one that it was decided by, and rolls it back when
   * they differ. `run` returns the result, and in `about` what the plan is computed from: the state before the change.
   * The plan is computed last, when `run` has locked the head of the audit trail: no other change in the team can commit
   * before this one. What the change itself wrote does not count, because a plan reads other scopes only.
   */
  change<Result>(
    teamId: string,
    decided: ConfirmedPlan & { at: number },
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

  /** Adds the uses, once no transaction is open: they are no part of what a plan's hash stands for. */
  const complete = async (
    teamId: string,
    { about, draft, hash }: Drafted,
    { at, visibility }: PlanView,
  ): Promise<Plan> => {
    const of = touched(about, draft)
    const since = at - planUseDays * 24 * 3_600_000
    const found = of ? await uses(teamId, of, since, planExamples, visibility) : { uses: [], total: 0 }
    return { hash, ...draft, uses: found.uses, usesTotal: found.total }
  }

  return {
    dryRun: async (teamId, view, find) => {
      const drafted = await db
        .transaction()
        // What the plan tells was so at one time. SQLite, which does not know the words, has one writer at a time.
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
              if (drafted.hash !== plan.hash) throw new Outdated(drafted)
            }
            return result
          })
        } catch (error) {
          if (!(error instanceof Outdated)) throw error
          throw outdated(await complete(teamId, error.drafted, { at, visibility: plan?.visibility }))
        }
      }
      return Object.assign(runAndCheck(), { [checked]: true } as const)
    },
  }
}

/** Rolls a change back. The new plan is completed after the transaction, and then reported. */
class Outdated extends Error {
  override readonly name = 'Outdated'
  readonly drafted: Drafted
  constructor(drafted: Drafted) {
    super('The plan does not hold any more.')
    this.drafted = drafted
  }
}

const outdated = (plan: Plan): Failure => {
  const message = 'What this touches is not what it was when you decided.'
  return new Failure('CONFLICT', `${message} Nothing was changed. Look at the new plan, then try again.`, {
    issues: [{ message, plan }],
  })
}

/**
 * Which uses are by workloads that a change touches: of the secret that there is, of what a new one overrides, or of
 * everything on the project or cluster.
 */
const touched = (about: PlannedChange, { outcomes }: PlanDraft): UsesOf | undefined => {
  const { scope } = about
  const on = scope.kind === 'project' ? { projectId: scope.id } : { clusterId: scope.id }
  if (!('name' in about)) return on
  const { name, secret } = about
  if (secret) return { scope, name }
  const overridden = outcomes.flatMap(({ before }) => before ?? [])
  if (overridden.length === 0) return undefined
  // On a cluster, what projects have of the name stays what workloads get: only the team's is overridden.
  const [from] = overridden
  return { name, ...on, ...(scope.kind === 'cluster' && from ? { from } : {}) }
}
