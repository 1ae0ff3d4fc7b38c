import { countWords } from '#console/ui/layout/count-words.ts'
import type { SpecVariable } from '#shared/spec/spec-variables.ts'
import type { Explanation } from '#shared/workload/workload.ts'

/** What a variable of a workload file gets. Does not contain the text of a literal, which may be secret. */
export type SpecFinding = { line: number; variable: string } & (
  | { kind: 'literal' | 'ephemeral' | 'impossible' }
  | { kind: 'secret'; explanation: Explanation }
)

/** Looks up what each variable refers to. Returns the findings ordered by line. */
export const specFindings = (
  variables: readonly SpecVariable[],
  explain: (name: string) => Explanation,
): SpecFinding[] =>
  variables
    .map(
      ({ line, name: variable, meaning }): SpecFinding =>
        meaning.kind === 'secret'
          ? { line, variable, kind: meaning.kind, explanation: explain(meaning.name) }
          : { line, variable, kind: meaning.kind },
    )
    .toSorted((one, other) => one.line - other.line)

/** Whether the variable refers to a missing secret, so that its workload does not start. */
export const isMissing = (finding: SpecFinding): boolean => finding.kind === 'secret' && !finding.explanation.winner

const countIfAny = (count: number, words: string): string[] =>
  count > 0 ? [`${count.toLocaleString('en')} ${words}`] : []

/** Returns the number of findings of each kind: “4 variables: 2 from secrets, 1 literal, 1 missing.” */
export const findingsSummary = (findings: readonly SpecFinding[]): string => {
  const count = (kind: SpecFinding['kind']) => findings.filter((finding) => finding.kind === kind).length
  const missing = findings.filter(isMissing).length
  const parts = [
    ...countIfAny(count('secret') - missing, 'from secrets'),
    ...countIfAny(count('ephemeral'), 'from ephemeral secrets'),
    ...countIfAny(count('literal'), 'literal'),
    ...countIfAny(count('impossible'), 'impossible'),
    ...countIfAny(missing, 'missing'),
  ]
  const total = countWords(findings.length, 'variable')
  return parts.length === 0 ? `${total}.` : `${total}: ${parts.join(', ')}.`
}
