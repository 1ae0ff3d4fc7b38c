import type { DotenvEntry } from '#shared/dotenv/parse-dotenv.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { isInjectable, type Secret } from '#shared/secret.ts'

/** What becomes of one name of a file. It never has the value. */
export type ImportRow = {
  line: number
  name: string
  /**
   * `same` and `keep` leave what is there as it is: it has this value already, or it is not to be replaced. `refuse` is
   * for a name that is there in other capitals.
   */
  action: 'add' | 'replace' | 'same' | 'keep' | 'refuse'
  existing: Secret | null
  /** Whether what is there has this value; null where the server did not compare, left out where it was not asked. */
  same?: boolean | null
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

/** Whether the scope ends up with another value than the file’s. */
export const isLeft = ({ action }: ImportRow): boolean => action === 'keep' || action === 'refuse'

export const isWritten = ({ action }: ImportRow): boolean => action === 'add' || action === 'replace'
