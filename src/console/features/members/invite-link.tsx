import { Button } from '#console/ui/forms/button.tsx'
import { ShownOnce } from '#console/ui/forms/shown-once.tsx'
import { inviteDays, type MadeInvite } from '#shared/people/member.ts'
import styles from './invite-people.module.css'
import { roleWords } from './role-words.ts'

/** The link of an invite, to be copied now. The token is in its fragment, which no server is sent. */
export function InviteLink({ invite, onDone }: { invite: MadeInvite; onDone: () => void }) {
  return (
    <ShownOnce
      heading={`The link for ${roleWords[invite.role].one}`}
      note={`Copy it now, it is not shown again. The first to open it within ${inviteDays} days can join, so send it over a channel you trust.`}
      label="Invite link"
      text={`${window.location.origin}/invite#token=${encodeURIComponent(invite.token)}`}
    >
      <div className={styles.actions}>
        <Button onClick={onDone}>Done</Button>
      </div>
    </ShownOnce>
  )
}
