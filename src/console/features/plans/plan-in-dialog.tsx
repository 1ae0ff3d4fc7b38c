import type { ReactNode } from 'react'
import { RetryButton } from '#console/ui/feedback/failure-notice.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { PlanDetails } from './plan-details.tsx'
import styles from './plans.module.css'
import type { ShownPlan } from './use-plan.ts'

type PlanInDialogProps = ShownPlan & {
  /** What the dialog asks to do. */
  verb?: PlannedVerb
  /** The reason why the server refuses the plan, and would refuse the change. */
  refused?: ReactNode
}

const forms = {
  delete: { done: 'deleted', again: 'Delete' },
  restore: { done: 'restored', again: 'Restore' },
} as const
type PlannedVerb = keyof typeof forms

/**
 * Renders what a deletion or restoration affects, in its confirmation dialog. If the plan cannot be loaded, the change
 * can still be confirmed.
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

/** Returns the reason why the dialog cannot be confirmed yet; `undefined` if it can. */
export const planPendingReason = ({ plan, error, pending }: ShownPlan): string | undefined =>
  pending || (!plan && !error) ? 'Wait until it is told what this touches.' : undefined

/** Returns the message for a plan that changed after the person saw it. */
export const planChangedText = (verb: PlannedVerb = 'delete'): string =>
  `What this touches has changed meanwhile. Nothing was ${forms[verb].done}. ${forms[verb].again} it as things are now?`
