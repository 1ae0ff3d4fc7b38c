import type { ReactNode } from 'react'
import { RetryButton } from '#console/ui/feedback/failure-notice.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { PlanDetails } from './plan-details.tsx'
import styles from './plans.module.css'
import type { ShownPlan } from './use-plan.ts'

type PlanInDialogProps = ShownPlan & {
  /** What is asked about. */
  verb?: PlannedVerb
  /** Why there is no plan: it is refused as the change itself would be. */
  refused?: ReactNode
}

const forms = {
  delete: { done: 'deleted', again: 'Delete' },
  restore: { done: 'restored', again: 'Restore' },
} as const
type PlannedVerb = keyof typeof forms

/**
 * What a deletion or restoration will touch, in the dialog that asks for it. That it cannot be told keeps nobody from
 * doing it.
 */
export function PlanInDialog({ plan, error, reload, verb = 'delete', refused }: PlanInDialogProps) {
  return (
    <div role="status" className={styles.dialogPlan}>
      {plan && <PlanDetails plan={plan} />}
      {!plan && error && (
        <Notice tone="info" actions={<RetryButton onRetry={reload} />}>
          {refused ?? (
            <>
              What this touches could not be told. {failureWords(error)}
              {!hasCode(error, 'NOT_FOUND') && ` You can ${verb} it without knowing.`}
            </>
          )}
        </Notice>
      )}
      {!plan && !error && <Skeleton rows={3} height={30} />}
    </div>
  )
}

/** Why it cannot be confirmed yet, if so. */
export const planPendingReason = ({ plan, error, pending }: ShownPlan): string | undefined =>
  pending || (!plan && !error) ? 'Wait until it is told what this touches.' : undefined

/** What is said when the plan is another than the one that was decided by. */
export const planChangedText = (verb: PlannedVerb = 'delete'): string =>
  `What this touches has changed meanwhile. Nothing was ${forms[verb].done}. ${forms[verb].again} it as things are now?`
