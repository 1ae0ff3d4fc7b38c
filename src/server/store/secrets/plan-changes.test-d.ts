/*
 * Compiled by `tsc -b`, and never run: a change cannot skip the check of its plan. When one of these lines compiles without
 * an error, the unused directive turns the build red.
 */
import type { Kysely } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import type { Store } from '#server/store/open-store.ts'
import type { Planner } from './plan-changes.ts'

declare const plans: Planner
declare const db: Kysely<Schema>
const trashed = { id: 'tr1', expiresAt: '2026-01-01T00:00:00.000Z' }
const scope = { kind: 'team', id: 'te1', name: 'Ada' } as const

/** Compiles: it returns what its plan is computed from. */
export const checked: Pick<Store, 'deleteSecret'> = {
  deleteSecret: (teamId, _, name, how) =>
    plans.change(teamId, how, async () => ({
      result: trashed,
      about: { change: 'delete', scope, name, secret: null },
    })),
}

export const withoutPlan: Pick<Store, 'deleteSecret'> = {
  // @ts-expect-error the change does not return what its plan is computed from
  deleteSecret: (teamId, _scope, _name, how) => plans.change(teamId, how, async () => ({ result: trashed })),
}

/** The same for each method that plans exist for, in a transaction of its own. */
export const aroundThePlanner: Partial<Store> = {
  // @ts-expect-error the result does not come from `Planner.change`
  deleteSecret: () => db.transaction().execute(async () => trashed),
  // @ts-expect-error
  writeSecret: () => db.transaction().execute(async (): Promise<never> => Promise.reject()),
  // @ts-expect-error
  restoreVersion: () => db.transaction().execute(async (): Promise<never> => Promise.reject()),
  // @ts-expect-error
  restoreTrashed: () => db.transaction().execute(async (): Promise<never> => Promise.reject()),
  // @ts-expect-error
  changeScope: () => db.transaction().execute(async () => undefined),
  // @ts-expect-error
  deleteScope: () => db.transaction().execute(async () => undefined),
}
