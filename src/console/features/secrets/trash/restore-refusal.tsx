import { standingInTheWay } from '#console/features/secrets/form/existing-secret-from-conflict.ts'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'

/** Says why a deleted secret could not come back under its `name`. */
export function RestoreRefusal({ error, name }: { error: unknown; name: string }) {
  const existing = standingInTheWay(error, name)
  if (!existing) return failureWords(error)
  return (
    <>
      “{name}” was set again, <RelativeTime date={existing.dtModified} /> by {existing.setBy.name}. Delete that one
      first, then restore this one.
    </>
  )
}
