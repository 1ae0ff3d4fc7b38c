import { Button } from '#console/ui/forms/button.tsx'
import { classNames } from '#console/ui/layout/class-names.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { Member } from '#shared/people/member.ts'
import { MemberRole } from './member-role.tsx'
import styles from './member-row.module.css'
import { useMemberDenied } from './use-member-denied.ts'

type MemberRowProps = {
  member: Member
  /** It is the person of this session. */
  own: boolean
  isLastOwner: boolean
  onRemove: () => void
}

/** One member: who they are, what they are in the team, since when, and what can be done about it. */
export function MemberRow({ member, own, isLastOwner, onRemove }: MemberRowProps) {
  const { name, email, dtJoined } = member
  const denied = useMemberDenied(member, isLastOwner)
  return (
    <li className={styles.row}>
      <div className={styles.who}>
        <p>
          <span className={styles.name}>{name}</span>
          {own && <span className={styles.detail}> (you)</span>}
        </p>
        <p className={styles.detail}>{email}</p>
      </div>
      <MemberRole member={member} own={own} denied={denied.role} />
      <p className={classNames(styles.detail, styles.joined)}>
        joined <RelativeTime date={dtJoined} />
      </p>
      <div className={styles.actions}>
        <Button
          look="plain"
          aria-label={own ? undefined : `Remove ${name}`}
          aria-haspopup="dialog"
          disabledReason={denied.removal}
          onClick={onRemove}
        >
          {own ? 'Leave team' : 'Remove'}
        </Button>
      </div>
    </li>
  )
}
