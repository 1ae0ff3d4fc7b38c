import { expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { planFromConflict } from './use-plan.ts'

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

it('returns the newer plan of a conflict, and undefined for other errors', () => {
  expect(planFromConflict(conflict({ plan }))).toEqual(plan)
  expect(planFromConflict(conflict({ existing: plan }))).toBeUndefined()
  expect(planFromConflict(conflict({ plan: { hash: 'a' } }))).toBeUndefined()
  expect(planFromConflict(new Failure('CONFLICT', 'A conflict.'))).toBeUndefined()
  expect(planFromConflict(new Failure('PRECONDITION_FAILED', '', { issues: [{ message: '', plan }] }))).toBeUndefined()
  expect(planFromConflict(new Error('another'))).toBeUndefined()
})
