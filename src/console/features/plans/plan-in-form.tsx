import { type ReactNode, useState } from 'react'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import styles from './plans.module.css'
import type { ShownPlan } from './use-plan.ts'

const Details = loadLater('What this touches', async () => (await import('./plan-details.tsx')).PlanDetails, null)

type PlanInFormProps = {
  shown: ShownPlan
  /** Whether there is something to plan, so that a plan is here or will come. */
  wanted: boolean
  /** The button that was pressed, to be pressed again when the plan has become another: “Add”. */
  button: string
  /** Said before the plan. */
  children?: ReactNode
}

/** What a write will touch, under its form: it unfolds once it is known, and keeps its room while another one is read. */
export function PlanInForm({ shown: { plan, error, isNewer }, wanted, button, children }: PlanInFormProps) {
  const [last, setLast] = useState(plan)
  if (plan && plan !== last) setLast(plan)
  const isTold = plan !== undefined || error !== undefined
  return (
    <div className={styles.fold} data-open={wanted && (isTold || last !== undefined)} data-told={isTold}>
      <div role="status" className={styles.content}>
        {isTold && isNewer && (
          <Notice tone="info">
            What this touches has changed meanwhile. Nothing was stored. Look at it again, then press {button} again.
          </Notice>
        )}
        {isTold && children}
        {error && (
          <p className={styles.quiet}>
            {!hasCode(error, 'CONFLICT') && 'What this touches could not be told. '}
            {failureWords(error)}
          </p>
        )}
        {!error && last && <Details plan={last} />}
      </div>
    </div>
  )
}
