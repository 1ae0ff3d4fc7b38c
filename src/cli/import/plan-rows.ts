import type { WorkloadClient } from '#client/workload-calls.ts'
import type { Scope } from '#shared/scope.ts'
import { type ImportRow, isWritten } from './rows.ts'

/** Most names that the server is asked about one by one. */
const mostPlanned = 20

/** Adds what writing each row will touch, unless there are too many to ask for each. */
export const planRows = async ({ secrets }: WorkloadClient, scope: Scope, rows: ImportRow[]): Promise<ImportRow[]> => {
  if (rows.filter(isWritten).length > mostPlanned) return rows
  const planned: ImportRow[] = []
  for (const row of rows) {
    planned.push(isWritten(row) ? { ...row, plan: await secrets.planSet(scope, row.name) } : row)
  }
  return planned
}
