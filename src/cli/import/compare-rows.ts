import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Scope } from '#shared/scope.ts'
import { type ImportRow, isWritten } from './import-rows.ts'

/** Most names whose values are compared, and how many at a time. */
export const mostCompared = 1000
const atOnce = 8

/** Whether the scope has the name, so that there is something to compare with. */
export const isComparable = ({ action }: ImportRow): boolean => action === 'replace' || action === 'keep'

/**
 * Asks of each name that is there whether its value is the same, unless there are too many of them: those that are, are
 * left as they are. What writing the others will touch comes with the answers.
 */
export const compareRows = async (
  { secrets }: WorkloadClient,
  scope: Scope,
  rows: readonly ImportRow[],
  values: ReadonlyMap<string, string>,
  onCompared: (count: number) => void,
): Promise<ImportRow[]> => {
  const compared = [...rows]
  if (rows.filter(isComparable).length > mostCompared) return compared
  let count = 0
  // All take from one generator, which the first failure closes: then the others end too.
  const next = comparable(rows)
  const compareInTurn = async () => {
    for (const [at, row] of next) {
      const value = values.get(row.name)
      compared[at] = found(row, await secrets.planSet(scope, row.name, value === undefined ? {} : { value }))
      onCompared(++count)
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, compareInTurn))
  const failed = ends.find((end) => end.status === 'rejected')
  if (failed) throw failed.reason
  return compared
}

function* comparable(rows: readonly ImportRow[]): Generator<[number, ImportRow]> {
  for (const [at, row] of rows.entries()) if (isComparable(row)) yield [at, row]
}

/** A row with what the server says of its value. The secret it shows is the one that was compared. */
const found = (row: ImportRow, { same, ...plan }: Plan): ImportRow => {
  if (!plan.secret || same === undefined) return row
  const known = { ...row, existing: plan.secret, same }
  return same ? { ...known, action: 'same' } : { ...known, plan }
}

/** Most names that the server is asked about one by one. */
const mostPlanned = 20

/** Adds what writing each row will touch where that is not known yet. Where there are too many, none tells it. */
export const planRows = async ({ secrets }: WorkloadClient, scope: Scope, rows: ImportRow[]): Promise<ImportRow[]> => {
  if (rows.filter(isWritten).length > mostPlanned) return rows.map(withoutPlan)
  const planned: ImportRow[] = []
  for (const row of rows) {
    if (!isWritten(row)) planned.push(withoutPlan(row))
    else planned.push({ ...row, plan: row.plan ?? (await secrets.planSet(scope, row.name)) })
  }
  return planned
}

const withoutPlan = ({ plan: _, ...row }: ImportRow): ImportRow => row
