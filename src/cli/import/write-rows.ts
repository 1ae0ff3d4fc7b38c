import type { WorkloadClient } from '#client/workload-calls.ts'
import { Failure } from '#shared/failure.ts'
import type { Scope } from '#shared/scope.ts'
import { type ImportRow, isWritten } from './import-rows.ts'

/** Writing that did not get to its end: `written` is stored, `untouched` is not. */
export type Stopped = {
  written: ImportRow[]
  failed: ImportRow
  error: unknown
  /** Whether `failed` may be stored all the same. */
  isUnsure: boolean
  untouched: ImportRow[]
}

/**
 * Writes one secret after the other, in the order of the file, and stops at the first that fails: then it returns how
 * far it got. Each is written only if it is still what its row says: new, or the version that was shown.
 */
export const writeRows = async (
  { secrets }: WorkloadClient,
  scope: Scope,
  rows: readonly ImportRow[],
  values: ReadonlyMap<string, string>,
  { onWritten, onUnchanged }: { onWritten(count: number): void; onUnchanged(row: ImportRow): void },
): Promise<Stopped | undefined> => {
  for (const [at, row] of rows.entries()) {
    const { name, existing } = row
    const value = values.get(name) ?? ''
    try {
      const { unchanged } = existing
        ? await secrets.set(scope, name, value, { ifMatch: existing.etag })
        : await secrets.create(scope, { name, value })
      if (unchanged) onUnchanged(row)
    } catch (error) {
      const [written, untouched] = [rows.slice(0, at), rows.slice(at + 1)]
      return { written, failed: row, error, isUnsure: isUnsure(error), untouched }
    }
    onWritten(at + 1)
  }
  return undefined
}

/** Whether the server may have done it all the same: there was no answer, or none that tells. */
const isUnsure = (error: unknown): boolean =>
  !(error instanceof Failure) || ['UNAVAILABLE', 'TIMEOUT', 'INTERNAL_SERVER_ERROR'].includes(error.code)

export type Outcome = 'written' | 'unchanged' | 'failed' | 'unknown' | 'untouched'

/** What became of a row: `unchanged` where the value was there already, `unknown` where the server may have stored it without an answer arriving. */
export const outcomeOf = (
  row: ImportRow,
  stopped: Stopped | undefined,
  unchanged: readonly ImportRow[] = [],
): Outcome => {
  if (unchanged.includes(row)) return 'unchanged'
  if (row === stopped?.failed) return stopped.isUnsure ? 'unknown' : 'failed'
  return isWritten(row) && (!stopped || row.line < stopped.failed.line) ? 'written' : 'untouched'
}
