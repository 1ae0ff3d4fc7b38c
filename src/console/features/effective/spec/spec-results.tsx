import { type ReactNode, useState } from 'react'
import { overridesWords } from '#console/features/effective/matrix/cell-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { ScopeChip } from '#console/ui/layout/chip.tsx'
import common from '#console/ui/layout/common.module.css'
import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import type { SpecProblem } from '#shared/spec/spec-yaml.ts'
import { scopeLabel } from '#shared/workload/explanation-lines.ts'
import type { Explanation } from '#shared/workload/workload.ts'
import styles from './spec.module.css'
import { findingsSummary, isMissing, type SpecFinding } from './spec-findings.ts'

type SpecResultsProps = { findings: readonly SpecFinding[]; problems: readonly SpecProblem[] }

/** Number of variables shown at first, and added by each “Show more”. */
const step = 200

/** Renders what each variable of a file gets, line by line, and the file's problems. */
export function SpecResults({ findings, problems }: SpecResultsProps) {
  const [shown, setShown] = useState(step)
  return (
    <div className={common.column}>
      {problems.length > 0 && (
        <Notice tone="warn">
          <ul className={styles.problems}>
            {problems.map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                Line {line.toLocaleString('en')}: {message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <p role="status">{findingsSummary(findings)}</p>
      {findings.length > 0 && (
        <table className={styles.table}>
          <caption>
            <VisuallyHidden>What each variable gets</VisuallyHidden>
          </caption>
          <thead>
            <tr>
              <th scope="col" className={styles.line}>
                Line
              </th>
              <th scope="col">Variable</th>
              <th scope="col">Gets</th>
            </tr>
          </thead>
          <tbody>
            {findings.slice(0, shown).map((finding) => (
              <tr key={`${finding.line} ${finding.variable}`}>
                <td className={styles.line}>{finding.line.toLocaleString('en')}</td>
                <th scope="row" className={styles.variable}>
                  {finding.variable}
                </th>
                <td className={isMissing(finding) ? styles.missing : undefined}>{findingContent(finding)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {findings.length > shown && (
        <div>
          <Button onClick={() => setShown(shown + step)}>
            Show more of {findings.length.toLocaleString('en')} variables
          </Button>
        </div>
      )}
    </div>
  )
}

const findingContent = (finding: SpecFinding): ReactNode => {
  switch (finding.kind) {
    case 'literal':
      return <span className={common.muted}>literal</span>
    case 'ephemeral':
      return 'an ephemeral secret, by its id'
    case 'impossible':
      return 'nothing: no secret can have the name it refers to'
    case 'secret':
      return <SecretFinding explanation={finding.explanation} />
  }
}

function SecretFinding({ explanation }: { explanation: Explanation }) {
  const { name, winner, searched } = explanation
  if (!winner) {
    return (
      <>
        missing: <code>{name}</code> is set nowhere; searched {searched.map(scopeLabel).join(', ')}
      </>
    )
  }
  return (
    <>
      <code>{name}</code> of <ScopeChip kind={winner.kind} />
      {winner.kind !== 'team' && ` ${winner.name}`}
      {overridesWords(explanation)}
    </>
  )
}
