import type { Explanation } from './workload.ts'

type Searched = Explanation['searched'][number]

/** Returns “project web”. */
export const scopeLabel = ({ kind, name }: Pick<Searched, 'kind' | 'name'>): string => `${kind} ${name}`

/** Describes where a workload runs: “in project web on cluster gpu-1”, or “in team Next” for neither. */
const placeWords = (searched: Explanation['searched']): string => {
  const words = searched.flatMap((scope) => {
    if (scope.kind === 'team') return searched.length === 1 ? [`in ${scopeLabel(scope)}`] : []
    return [`${scope.kind === 'cluster' ? 'on' : 'in'} ${scopeLabel(scope)}`]
  })
  return words.join(' ')
}

/** Pads by code points, so that a letter counts as one in most scripts. */
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length))

/** The outcome for a name in one scope; empty when it is not set there. */
type TraceRow = { scope: string; version: string; outcome: string }

/**
 * Returns the precedence trace of a name: a title, then a row for each searched scope, strongest first, with its
 * outcome.
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

/** Returns the trace as lines with aligned columns. */
export const explanationLines = (explanation: Explanation): string[] => {
  const { title, rows } = traceOf(explanation)
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => [...text].length))
  const scopeWidth = widest(rows.map(({ scope }) => scope))
  // Rows without an outcome need no padding.
  const versionWidth = widest(rows.flatMap(({ version, outcome }) => (outcome ? [version] : [])))
  return [
    title,
    ...rows.map(({ scope, version, outcome }) => {
      const start = `  ${padded(scope, scopeWidth)}   `
      return outcome ? `${start}${padded(version, versionWidth)}   ${outcome}` : `${start}${version}`
    }),
  ]
}
