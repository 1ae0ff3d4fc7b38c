import type { DotenvEntry } from '#shared/dotenv.ts'
import type { Plan } from '#shared/plan.ts'
import { isInjectable, type Secret } from '#shared/secret.ts'

/** What becomes of one name of a file. It never has the value. */
export type ImportRow = {
  line: number
  name: string
  /** `keep` leaves what is there as it is. `refuse` is for a name that is there in other capitals. */
  action: 'add' | 'replace' | 'keep' | 'refuse'
  existing: Secret | null
  /** Whether workloads get it under its own name. */
  injectable: boolean
  /** What writing it will touch; not asked for very many names. */
  plan?: Plan
}

/** Decides for each entry what becomes of it. `existing` has what is there by its name in lower case. */
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

export const isWritten = ({ action }: ImportRow): boolean => action === 'add' || action === 'replace'
