import type { ScopeKind } from '#shared/scope.ts'
import type { Overlap } from '#shared/secret.ts'

/** A relation in words, in three parts so that the middle one can stand in the colour of its kind. */
export type OverlapWords = { verb: string; scopes: string; rest: string }

/**
 * Puts a relation of a secret in a scope of the kind `own` into words:
 * “overrides · team · ”, “overridden by · 12 projects · : web, api, batch and 9 more”.
 */
export const overlapWords = (own: ScopeKind, { relation, kind, count, examples }: Overlap): OverlapWords => {
  const verb = relation === 'overrides' ? 'overrides' : 'overridden by'
  if (kind === 'team') return { verb, scopes: 'team', rest: '' }
  // Which one a workload gets depends on its pair of project and cluster, so neither holds everywhere.
  const limit = own === 'team' ? '' : ' where both apply'
  const names = listWords(examples, count)
  if (count === 1) return { verb, scopes: kind, rest: ` ${names}${limit}` }
  return { verb, scopes: `${count.toLocaleString('en')} ${kind}s`, rest: `: ${names}${limit}` }
}

/** “web, api, batch and 9 more”. */
const listWords = (examples: Overlap['examples'], count: number): string => {
  const names = examples.map(({ name }) => name)
  const more = count - names.length
  if (more > 0) return `${names.join(', ')} and ${more.toLocaleString('en')} more`
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}
