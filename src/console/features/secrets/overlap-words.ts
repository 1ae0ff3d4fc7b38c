import type { ScopeKind } from '#shared/scope.ts'
import type { Overlap } from '#shared/secret.ts'

/** An overlap in words, in three parts: the middle one is shown as a coloured chip. */
type OverlapWords = { verb: string; scopes: string; rest: string }

/**
 * Describes an overlap of a secret whose scope is of the kind `own`:
 * “overrides · team · ”, “overridden by · 12 projects · : web, api, batch and 9 more”.
 */
export const overlapWords = (own: ScopeKind, { relation, kind, count, examples }: Overlap): OverlapWords => {
  const verb = relation === 'overrides' ? 'overrides' : 'overridden by'
  if (kind === 'team') return { verb, scopes: 'team', rest: '' }
  // The winner depends on the workload's project and cluster, so the statement needs this limit.
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
