import { expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { newerPlan } from './use-plan.ts'

const plan: Plan = {
  hash: 'a',
  change: 'set',
  secret: null,
  secrets: 1,
  affected: 1,
  pairs: 1,
  outcomes: [],
  examples: [],
  uses: [],
  usesTotal: 0,
}
const conflict = (issue: object) =>
  new Failure('CONFLICT', 'A conflict.', { issues: [{ message: 'A conflict.', ...issue }] })

it('takes the newer plan out of a conflict, and out of nothing else', () => {
  expect(newerPlan(conflict({ plan }))).toEqual(plan)
  expect(newerPlan(conflict({ existing: plan }))).toBeUndefined()
  expect(newerPlan(conflict({ plan: { hash: 'a' } }))).toBeUndefined()
  expect(newerPlan(new Failure('CONFLICT', 'A conflict.'))).toBeUndefined()
  expect(newerPlan(new Failure('PRECONDITION_FAILED', '', { issues: [{ message: '', plan }] }))).toBeUndefined()
  expect(newerPlan(new Error('another'))).toBeUndefined()
})
