import { decide } from '#shared/effective.ts'
import { scopeKinds } from '#shared/scope.ts'
import { docsTable } from './docs-table.ts'

const strongestFirst = scopeKinds.toReversed()

/** What a workload gets: a row for each set of scopes that have the name. */
export const precedenceTable = docsTable('precedence.md', () => [
  [...strongestFirst, 'a workload gets', 'which overrides'],
  ...Array.from({ length: 2 ** strongestFirst.length }, (_, row) => {
    const isSet = (kind: (typeof strongestFirst)[number]) => (row & (1 << scopeKinds.indexOf(kind))) !== 0
    const decision = decide(strongestFirst.filter(isSet).map((kind) => ({ kind })))
    return [
      ...strongestFirst.map((kind) => (isSet(kind) ? 'set' : '')),
      decision ? `the ${decision.winner.kind}’s` : 'nothing: it does not start',
      decision?.overridden.map(({ kind }) => `the ${kind}’s`).join(', ') ?? '',
    ]
  }).reverse(),
])
