import type { Explanation } from './workload.ts'

type Searched = Explanation['searched'][number]

/** “project web”. */
export const scopeLabel = ({ kind, name }: Pick<Searched, 'kind' | 'name'>): string => `${kind} ${name}`

/** Where a workload runs: “in project web on cluster gpu-1”, and “in team Next” when it is on neither. */
const placeWords = (searched: Explanation['searched']): string => {
  const words = searched.flatMap((scope) => {
    if (scope.kind === 'team') return searched.length === 1 ? [`in ${scopeLabel(scope)}`] : []
    return [`${scope.kind === 'cluster' ? 'on' : 'in'} ${scopeLabel(scope)}`]
  })
  return words.join(' ')
}

/** By code points, so that what most scripts take for one letter counts as one. */
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length))

/**
 * The trace of the precedence in words, the same in the console and on the command line: the name and where it is looked
 * for, then a line for each scope, strongest first, with what became of the name there. Columns stand under each other.
 */
export const explanationLines = ({ name, searched, winner, overridden }: Explanation): string[] => {
  const lines = searched.map((scope) => {
    const isThis = (held: Searched) => held.kind === scope.kind && held.id === scope.id
    const scopeWords = scopeLabel(scope)
    if (winner && isThis(winner)) return [scopeWords, `version ${winner.version}`, 'wins']
    const weaker = overridden.find(isThis)
    return weaker ? [scopeWords, `version ${weaker.version}`, 'overridden'] : [scopeWords, 'not set']
  })
  const widthOf = (column: number, among: readonly string[][]) =>
    Math.max(0, ...among.map((line) => [...(line[column] ?? '')].length))
  const scopeWidth = widthOf(0, lines)
  // What is not set has no third part, and makes no room before it.
  const versionWidth = widthOf(
    1,
    lines.filter((line) => line.length > 2),
  )
  return [
    `${name} ${placeWords(searched)}`,
    ...lines.map(([scope = '', version = '', outcome]) => {
      const start = `  ${padded(scope, scopeWidth)}   `
      return outcome === undefined ? `${start}${version}` : `${start}${padded(version, versionWidth)}   ${outcome}`
    }),
  ]
}
