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

/** What became of a name in one scope; of one that is not set there is no outcome. */
type TraceRow = { scope: string; version: string; outcome: string }

/**
 * The trace of the precedence in words: the name and where it is looked for, then a row for each scope, strongest first,
 * with what became of the name there.
 */
export const traceOf = ({
  name,
  searched,
  winner,
  overridden,
}: Explanation): { title: string; rows: readonly TraceRow[] } => ({
  title: `${name} ${placeWords(searched)}`,
  rows: searched.map((place) => {
    const isThis = (held: Searched) => held.kind === place.kind && held.id === place.id
    const scope = scopeLabel(place)
    if (winner && isThis(winner)) return { scope, version: `version ${winner.version}`, outcome: 'wins' }
    const weaker = overridden.find(isThis)
    return weaker
      ? { scope, version: `version ${weaker.version}`, outcome: 'overridden' }
      : { scope, version: 'not set', outcome: '' }
  }),
})

/** The trace as lines of a fixed width, whose columns stand under each other. */
export const explanationLines = (explanation: Explanation): string[] => {
  const { title, rows } = traceOf(explanation)
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => [...text].length))
  const scopeWidth = widest(rows.map(({ scope }) => scope))
  // What is not set has no outcome, and makes no room before one.
  const versionWidth = widest(rows.flatMap(({ version, outcome }) => (outcome ? [version] : [])))
  return [
    title,
    ...rows.map(({ scope, version, outcome }) => {
      const start = `  ${padded(scope, scopeWidth)}   `
      return outcome ? `${start}${padded(version, versionWidth)}   ${outcome}` : `${start}${version}`
    }),
  ]
}
