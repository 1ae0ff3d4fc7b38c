import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { ignoreNotFound } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useDialogQuestion } from '#console/ui/hooks/use-dialog-question.ts'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { CalendarDay, RelativeTime } from '#console/ui/layout/time.tsx'
import type { Invite } from '#shared/people/member.ts'
import styles from './invite-people.module.css'
import { memberKeys, useInvites } from './member-queries.ts'
import { roleWords } from './role-words.ts'

/** Renders the open invites. Their links cannot be shown again, but each invite can be deleted. */
export function OpenInvites({ onDeleted }: { onDeleted: (id: string) => void }) {
  const { team } = useSession()
  const client = useClient()
  const confirmed = useConfirmed()
  const queryClient = useQueryClient()
  const announce = useAnnounce()
  const invites = useInvites()
  const error = useLoadError(invites)
  const { asked, ask, close } = useDialogQuestion<Invite>()
  const heading = useRef<HTMLHeadingElement>(null)
  const isDeleted = useRef(false)
  const remove = useAction(async () => {
    if (!asked) return
    const { id } = asked.item
    await confirmed(() => client.invites.delete(id)).catch(ignoreNotFound)
    isDeleted.current = true
    close()
    onDeleted(id)
    announce('Invite deleted')
    await queryClient.invalidateQueries({ queryKey: memberKeys.invites(team.id) })
  })
  const start = (invite: Invite) => {
    remove.forget()
    isDeleted.current = false
    ask(invite)
  }
  if (error !== undefined) return <LoadFailed what="The open invites" error={error} onRetry={invites.refetch} />
  if (!invites.data) return null
  return (
    <div>
      <h3 ref={heading} tabIndex={-1} className={styles.heading}>
        Open invites
      </h3>
      {invites.data.length === 0 && <p className={common.note}>Nobody is invited at the moment.</p>}
      <ul aria-label="Open invites" className={common.rows}>
        {invites.data.map((invite) => (
          <li key={invite.id} className={styles.row}>
            <p className={common.strong}>{roleWords[invite.role].label}</p>
            <p className={common.note}>
              made <RelativeTime date={invite.dtCreated} /> by {invite.invitedBy.name},{' '}
              {isPast(invite.expiresAt) ? 'expired' : 'expires'} <CalendarDay date={invite.expiresAt} />
            </p>
            <Button
              look="plain"
              aria-label={`Delete the invite for ${roleWords[invite.role].one} by ${invite.invitedBy.name}`}
              aria-haspopup="dialog"
              onClick={() => start(invite)}
            >
              Delete
            </Button>
          </li>
        ))}
      </ul>
      {asked && (
        <ActionDialog
          open={asked.open}
          title={`Delete the invite for ${roleWords[asked.item.role].one}?`}
          description={<p>Its link will no longer let anybody join.</p>}
          confirmLabel="Delete invite"
          busyLabel="Deleting…"
          action={remove}
          onClose={close}
          returnFocus={() => (isDeleted.current ? heading.current : undefined)}
        />
      )}
    </div>
  )
}

const isPast = (date: string): boolean => Date.parse(date) <= Date.now()
