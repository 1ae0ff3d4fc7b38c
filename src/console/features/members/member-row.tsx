import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { Member } from '#shared/people/member.ts'
import { ranksAbove, roleMay } from '#shared/people/role.ts'
import styles from './member-list.module.css'
import { MemberRole } from './member-role.tsx'

type MemberRowProps = {
  member: Member
  /** Whether the member is the current person. */
  own: boolean
  isLastOwner: boolean
  onRemove: () => void
  onReset: () => void
}

/** Renders one member: name, email, role, join date, and a button to remove them. */
export function MemberRow({ member, own, isLastOwner, onRemove, onReset }: MemberRowProps) {
  const { name, email, dtJoined } = member
  const denied = useMemberDenied(member, isLastOwner)
  const { team } = useSession()
  // Their roles in other teams count too: the server knows those.
  const mayReset = roleMay(team.role, 'manageMembers') && ranksAbove(team.role, member.role)
  return (
    <li className={styles.row}>
      <div className={common.breaks}>
        <p>
          <span className={common.strong}>{name}</span>
          {own && <span className={common.detail}> (you)</span>}
        </p>
        <p className={common.detail}>{email}</p>
      </div>
      <MemberRole member={member} own={own} denied={denied.role} />
      <p className={classNames(common.detail, styles.joined)}>
        joined <RelativeTime date={dtJoined} />
      </p>
      <div className={styles.actions}>
        {mayReset && (
          <Button look="plain" aria-label={`Reset password of ${name}`} aria-haspopup="dialog" onClick={onReset}>
            Reset password
          </Button>
        )}
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

const lastOwner = 'A team needs an owner, and this is the last one. Make somebody else an owner first.'

/** Returns why the role of a member cannot be changed, and why they cannot be removed; `undefined` if they can. */
const useMemberDenied = ({ id, role }: Member, isLastOwner: boolean) => {
  const { user } = useSession()
  const members = useDenied('manageMembers')
  const owners = useDenied('manageOwners')
  const denied = members ?? (role === 'owner' ? owners : undefined) ?? (isLastOwner ? lastOwner : undefined)
  const leave = isLastOwner ? lastOwner : undefined
  return { role: denied, removal: id === user.id ? leave : denied }
}
