import { Button } from '#console/ui/button.tsx'
import { failureWords, hasCode } from '#console/ui/failure-words.ts'
import { Notice } from '#console/ui/notice.tsx'
import { Skeleton } from '#console/ui/skeleton.tsx'
import { PlanDetails } from './plan-details.tsx'
import styles from './plan-in-dialog.module.css'
import type { ShownPlan } from './use-plan.ts'

/** What a deletion will touch, in the dialog that asks for it. That it cannot be told keeps nobody from deleting. */
export function PlanInDialog({ plan, error, pending, reload }: ShownPlan) {
  return (
    <div role="status" className={styles.place}>
      {plan && <PlanDetails plan={plan} />}
      {!plan && error && (
        <Notice
          tone="info"
          actions={
            <Button busy={pending} busyLabel="Retrying…" onClick={() => void reload()}>
              Retry
            </Button>
          }
        >
          What this touches could not be told. {failureWords(error)}
          {!hasCode(error, 'NOT_FOUND') && ' You can delete it without knowing.'}
        </Notice>
      )}
      {!plan && !error && <Skeleton rows={3} height={30} />}
    </div>
  )
}

/** Why a deletion cannot be confirmed yet, if so. */
export const notToldYet = ({ plan, error, pending }: ShownPlan): string | undefined =>
  pending || (!plan && !error) ? 'Wait until it is told what this touches.' : undefined

/** What is said when the plan is another than the one that was decided by. */
export const planMoved = 'What this touches has changed meanwhile. Nothing was deleted. Delete it as things are now?'
