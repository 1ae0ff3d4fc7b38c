import { failureWords } from '#console/ui/failure-words.ts'
import { RelativeTime } from '#console/ui/relative-time.tsx'
import { standingInTheWay } from './standing-in-the-way.ts'

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
