import type { SpecVariable } from '#shared/spec/spec-variables.ts'
import type { Explanation } from '#shared/workload/workload.ts'

/** What a variable of a workload's file gets. A literal's text is not among it: it may be meant for nobody's eyes. */
export type Finding = { line: number; variable: string } & (
  | { kind: 'literal' | 'ephemeral' | 'impossible' }
  | { kind: 'secret'; explanation: Explanation }
)

/** Looks up what each variable refers to; in the order of lines. */
export const findingsOf = (variables: readonly SpecVariable[], explain: (name: string) => Explanation): Finding[] =>
  variables
    .map(
      ({ line, name: variable, meaning }): Finding =>
        meaning.kind === 'secret'
          ? { line, variable, kind: meaning.kind, explanation: explain(meaning.name) }
          : { line, variable, kind: meaning.kind },
    )
    .toSorted((one, other) => one.line - other.line)

/** Whether a workload with such a variable does not start. */
export const isMissing = (finding: Finding): boolean => finding.kind === 'secret' && !finding.explanation.winner

const counted = (count: number, words: string): string[] =>
  count > 0 ? [`${count.toLocaleString('en')} ${words}`] : []

/** “4 variables: 2 from secrets, 1 literal, 1 missing.” */
export const summaryOf = (findings: readonly Finding[]): string => {
  const count = (kind: Finding['kind']) => findings.filter((finding) => finding.kind === kind).length
  const missing = findings.filter(isMissing).length
  const parts = [
    ...counted(count('secret') - missing, 'from secrets'),
    ...counted(count('ephemeral'), 'from ephemeral secrets'),
    ...counted(count('literal'), 'literal'),
    ...counted(count('impossible'), 'impossible'),
    ...counted(missing, 'missing'),
  ]
  const total = `${findings.length.toLocaleString('en')} ${findings.length === 1 ? 'variable' : 'variables'}`
  return parts.length === 0 ? `${total}.` : `${total}: ${parts.join(', ')}.`
}
