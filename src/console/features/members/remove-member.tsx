import { useQueryClient } from '@tanstack/react-query'
import { type RefObject, useRef } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { ignoreNotFound } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { Member } from '#shared/people/member.ts'
import { refreshMembers } from './member-queries.ts'

type RemoveMemberProps = {
  /** The member to remove; stays set during the closing animation. */
  member: Member
  own: boolean
  open: boolean
  onClose: () => void
  /** Gets the focus after the member's row was removed. */
  focusAfter: RefObject<HTMLElement | null>
}

/** Asks for confirmation and says what ends, then removes a member from the team or lets the person leave it. */
export function RemoveMember({ member, own, open, onClose, focusAfter }: RemoveMemberProps) {
  const { id, name } = member
  const { team } = useSession()
  const client = useClient()
  const confirmed = useConfirmed()
  const queryClient = useQueryClient()
  const announce = useAnnounce()
  const removed = useRef(false)
  const remove = useAction(async () => {
    await confirmed(() => client.members.remove(id)).catch(ignoreNotFound)
    // Loads a new document, so that no data of the team stays in memory.
    if (own) return window.location.replace('/')
    removed.current = true
    onClose()
    announce(`Removed ${name}`)
    await refreshMembers(queryClient, team.id)
  })
  const close = () => {
    remove.forget()
    onClose()
  }
  return (
    <ActionDialog
      open={open}
      title={own ? `Leave “${team.name}”?` : `Remove ${name} from “${team.name}”?`}
      description={
        own ? (
          <>
            <p>You are signed out everywhere, and your API keys in this team end at once.</p>
            <p>You come back only by a new invite.</p>
          </>
        ) : (
          <>
            <p>They are signed out everywhere, and their API keys in this team end at once.</p>
            <p>The secrets they have set stay. They come back only by a new invite.</p>
          </>
        )
      }
      confirmLabel={own ? 'Leave team' : `Remove ${name}`}
      busyLabel={own ? 'Leaving…' : 'Removing…'}
      action={remove}
      onClose={close}
      returnFocus={() => (removed.current ? focusAfter.current : undefined)}
    />
  )
}
