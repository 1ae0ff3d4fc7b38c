import { existingSecretFromConflict } from '#console/features/secrets/use-store-secret.ts'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'

/** Explains why a deleted secret cannot be restored under its `name`. */
export function RestoreRefusal({ error, name }: { error: unknown; name: string }) {
  const existing = existingSecretFromConflict(error, name)
  if (!existing) return failureWords(error)
  return (
    <>
      “{name}” was set again, <RelativeTime date={existing.dtModified} /> by {existing.setBy.name}. Delete that one
      first, then restore this one.
    </>
  )
}
