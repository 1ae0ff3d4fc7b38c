import { type ReactNode, useState } from 'react'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import common from '#console/ui/layout/common.module.css'
import styles from './plans.module.css'
import type { ShownPlan } from './use-plan.ts'

const Details = loadLater('What this touches', async () => (await import('./plan-details.tsx')).PlanDetails, null)

type PlanInFormProps = {
  shown: ShownPlan
  /** Whether there is a change to plan, so that a plan is shown or loading. */
  wanted: boolean
  /** The label of the submit button, to press again after the plan has changed: “Add”. */
  button: string
  /** Shown above the plan. */
  children?: ReactNode
}

/** Renders what a write affects, below its form. Unfolds when the plan is loaded, and keeps its height for the next one. */
export function PlanInForm({ shown: { plan, error, isNewer }, wanted, button, children }: PlanInFormProps) {
  const [last, setLast] = useState(plan)
  if (plan && plan !== last) setLast(plan)
  const isLoaded = plan !== undefined || error !== undefined
  return (
    <div className={styles.fold} data-open={wanted && (isLoaded || last !== undefined)} data-loaded={isLoaded}>
      <div role="status" className={styles.content}>
        {isLoaded && isNewer && (
          <Notice tone="info">
            What this touches has changed meanwhile. Nothing was stored. Look at it again, then press {button} again.
          </Notice>
        )}
        {isLoaded && children}
        {error && (
          <p className={common.detail}>
            {!hasCode(error, 'CONFLICT') && 'What this touches could not be told. '}
            {failureWords(error)}
          </p>
        )}
        {!error && last && <Details plan={last} />}
      </div>
    </div>
  )
}
