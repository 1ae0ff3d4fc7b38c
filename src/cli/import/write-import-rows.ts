import type { WorkloadClient } from '#client/workload-calls.ts'
import { Failure } from '#shared/failure.ts'
import type { Scope } from '#shared/scope.ts'
import { type ImportRow, isToWrite } from './import-rows.ts'

/** The state of an import that stopped early: `written` is stored, `untouched` is not. */
export type StoppedImport = {
  written: ImportRow[]
  failed: ImportRow
  error: unknown
  /** True when `failed` may be stored despite the error. */
  isUnsure: boolean
  untouched: ImportRow[]
}

/**
 * Writes secrets one by one in file order. Stops at the first error and returns the progress. Each write is conditional
 * on the state in its row: new, or the version that was shown.
 */
export const writeRows = async (
  { secrets }: WorkloadClient,
  scope: Scope,
  rows: readonly ImportRow[],
  values: ReadonlyMap<string, string>,
  { onWritten, onUnchanged }: { onWritten(count: number): void; onUnchanged(row: ImportRow): void },
): Promise<StoppedImport | undefined> => {
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

/** Returns whether the server may have stored the secret: it sent no response, or an ambiguous one. */
const isUnsure = (error: unknown): boolean =>
  !(error instanceof Failure) || ['UNAVAILABLE', 'TIMEOUT', 'INTERNAL_SERVER_ERROR'].includes(error.code)

type RowOutcome = 'written' | 'unchanged' | 'failed' | 'unknown' | 'untouched'

/** Returns the outcome of a row: `unchanged` when the value was already stored, `unknown` when no response arrived. */
export const outcomeOf = (
  row: ImportRow,
  stopped: StoppedImport | undefined,
  unchanged: readonly ImportRow[] = [],
): RowOutcome => {
  if (unchanged.includes(row)) return 'unchanged'
  if (row === stopped?.failed) return stopped.isUnsure ? 'unknown' : 'failed'
  return isToWrite(row) && (!stopped || row.line < stopped.failed.line) ? 'written' : 'untouched'
}
