import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { ShownOnce } from '#console/ui/forms/shown-once.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { type MadeReset, type Member, resetMinutes } from '#shared/people/member.ts'
import styles from './member-list.module.css'

/** A new link for a new password, and whom it is for. */
export type ResetOf = { member: Member; reset: MadeReset }

type MakeResetProps = {
  /** Whom the link is for; stays set during the closing animation. */
  member: Member
  open: boolean
  onMade: (made: ResetOf) => void
  onClose: () => void
}

/** Says what a link for a new password does, then makes it. */
export function MakeReset({ member, open, onMade, onClose }: MakeResetProps) {
  const { id, name } = member
  const client = useClient()
  const confirmed = useConfirmed()
  const announce = useAnnounce()
  const make = useAction(async () => {
    const reset = await confirmed(() => client.members.resetPassword(id))
    onClose()
    onMade({ member, reset })
    announce('Reset link created')
  })
  const close = () => {
    make.forget()
    onClose()
  }
  return (
    <ActionDialog
      open={open}
      title={`Reset the password of ${name}?`}
      description={
        <>
          <p>Creates a link with which {name} sets a new password. They are signed out everywhere when they use it.</p>
          <p>A second factor, if they have one, is still asked for. The link is on record.</p>
        </>
      }
      confirmLabel="Create reset link"
      busyLabel="Creating…"
      action={make}
      onClose={close}
    />
  )
}

/** Shows a new link once. The token is in the fragment, which browsers do not send to servers. */
export function ResetLink({ made: { member, reset }, onDone }: { made: ResetOf; onDone: () => void }) {
  return (
    <ShownOnce
      heading={`The reset link for ${member.name}`}
      note={`Copy it now, it is not shown again. The first to open it within ${resetMinutes} minutes can set the password, so send it over a channel you trust.`}
      label="Reset link"
      text={`${window.location.origin}/reset#token=${encodeURIComponent(reset.token)}`}
    >
      <div className={styles.actions}>
        <Button onClick={onDone}>Done</Button>
      </div>
    </ShownOnce>
  )
}
