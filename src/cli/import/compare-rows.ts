import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Scope } from '#shared/scope.ts'
import { type ImportRow, isToWrite } from './import-rows.ts'

/** Maximum number of names whose values are compared. */
export const maxCompared = 1000
const concurrency = 8

/** Returns whether the scope has the name, so that values can be compared. */
export const isComparable = ({ action }: ImportRow): boolean => action === 'replace' || action === 'keep'

/**
 * Asks the server for each existing name whether its value is the same, unless there are too many. Rows with the same
 * value become `same`. The response also has the plan for the others.
 */
export const compareRows = async (
  { secrets }: WorkloadClient,
  scope: Scope,
  rows: readonly ImportRow[],
  values: ReadonlyMap<string, string>,
  onCompared: (count: number) => void,
): Promise<ImportRow[]> => {
  const compared = [...rows]
  if (rows.filter(isComparable).length > maxCompared) return compared
  let count = 0
  // All workers share one generator. The first error closes it, which ends the other workers.
  const next = comparable(rows)
  const compareInTurn = async () => {
    for (const [at, row] of next) {
      const value = values.get(row.name)
      compared[at] = found(row, await secrets.planSet(scope, row.name, value === undefined ? {} : { value }))
      onCompared(++count)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, compareInTurn))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  return compared
}

function* comparable(rows: readonly ImportRow[]): Generator<[number, ImportRow]> {
  for (const [at, row] of rows.entries()) if (isComparable(row)) yield [at, row]
}

/** Returns the row with the result. `existing` is the secret that was compared. */
const found = (row: ImportRow, { same, ...plan }: Plan): ImportRow => {
  if (!plan.secret || same === undefined) return row
  const known = { ...row, existing: plan.secret, same }
  return same ? { ...known, action: 'same' } : { ...known, plan }
}

/** Maximum number of names with a plan each. */
const maxPlanned = 20

/**
 * Adds the missing plans of rows that will be written. Removes all plans when there are too many, so that the preview
 * is uniform.
 */
export const planRows = async ({ secrets }: WorkloadClient, scope: Scope, rows: ImportRow[]): Promise<ImportRow[]> => {
  if (rows.filter(isToWrite).length > maxPlanned) return rows.map(withoutPlan)
  const planned: ImportRow[] = []
  for (const row of rows) {
    if (!isToWrite(row)) planned.push(withoutPlan(row))
    else planned.push({ ...row, plan: row.plan ?? (await secrets.planSet(scope, row.name)) })
  }
  return planned
}

const withoutPlan = ({ plan: _, ...row }: ImportRow): ImportRow => row
