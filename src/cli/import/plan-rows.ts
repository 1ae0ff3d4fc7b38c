import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Scope } from '#shared/scope.ts'
import { type ImportRow, isWritten } from './import-rows.ts'

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
