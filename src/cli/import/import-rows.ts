import type { DotenvEntry } from '#shared/dotenv/parse-dotenv.ts'
import type { Plan } from '#shared/plans/plan.ts'
import type { Secret } from '#shared/secret.ts'
import { isInjectable } from '#shared/workload/injectable-names.ts'

/** What the import does with one name of the file. Never contains the value. */
export type ImportRow = {
  line: number
  name: string
  /**
   * `same`: the stored value is equal. `keep`: the stored value differs and is not replaced. `refuse`: the name exists
   * with other capitals.
   */
  action: 'add' | 'replace' | 'same' | 'keep' | 'refuse'
  existing: Secret | null
  /** Whether the stored value is equal. Null when the server did not compare; missing when it was not asked. */
  same?: boolean | null
  /** Whether workloads that ask for all names get it. */
  injectable: boolean
  /** What the write affects; missing when there are very many names. */
  plan?: Plan
}

/** Decides the action for each entry. `existing` has the stored secrets by lower-case name. */
export const importRows = (
  entries: readonly DotenvEntry[],
  existing: ReadonlyMap<string, Secret>,
  replace: boolean,
): ImportRow[] =>
  entries.map(({ line, name }) => {
    const row = { line, name, injectable: isInjectable(name) }
    const there = existing.get(name.toLowerCase())
    if (!there) return { ...row, action: 'add', existing: null }
    return { ...row, action: there.name !== name ? 'refuse' : replace ? 'replace' : 'keep', existing: there }
  })

/** Returns whether the scope keeps a value other than the one in the file. */
export const isSkipped = ({ action }: ImportRow): boolean => action === 'keep' || action === 'refuse'

export const isToWrite = ({ action }: ImportRow): boolean => action === 'add' || action === 'replace'
