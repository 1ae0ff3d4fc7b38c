import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { Select } from '#console/ui/forms/select.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { Member } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'
import styles from './member-list.module.css'
import { refreshMembers } from './member-queries.ts'
import { roleOptions, roleWords } from './role-words.ts'

/**
 * Renders the role of a member. A change needs confirmation, because an arrow key alone changes a closed select and must
 * not remove anybody's permissions.
 */
export function MemberRole({ member, own, denied }: { member: Member; own: boolean; denied: string | undefined }) {
  const { id, name, role } = member
  const [chosen, setChosen] = useState<Role>()
  const select = useRef<HTMLSelectElement>(null)
  const { team } = useSession()
  const client = useClient()
  const confirmed = useConfirmed()
  const queryClient = useQueryClient()
  const announce = useAnnounce()
  const mayMakeOwners = useDenied('manageOwners') === undefined
  const change = useAction(async () => {
    if (!chosen) return
    await confirmed(() => client.members.changeRole(id, chosen))
    select.current?.focus()
    announce(`${name} is ${roleWords[chosen].one} now`)
    await refreshMembers(queryClient, team.id)
    setChosen(undefined)
  })
  const choose = (next: Role) => {
    change.forget()
    setChosen(next === role ? undefined : next)
  }
  const cancel = () => {
    choose(role)
    select.current?.focus()
  }
  return (
    <>
      <div className={styles.role}>
        <Select
          ref={select}
          label={`Role of ${name}`}
          hideLabel
          value={chosen ?? role}
          onChange={choose}
          options={roleOptions(mayMakeOwners, role)}
          disabledReason={change.pending ? 'Wait until this is done.' : denied}
        />
      </div>
      {chosen && (
        <Form
          aria-label={`New role of ${name}`}
          className={styles.question}
          onSubmit={() => void change.run()}
          onKeyDown={({ key }) => key === 'Escape' && !change.pending && cancel()}
        >
          {change.error !== undefined && <Notice tone="error">{failureWords(change.error)}</Notice>}
          <p role="status">
            As {roleWords[chosen].one}, {own ? 'you' : name} {roleWords[chosen].may}
          </p>
          <div className={styles.actions}>
            <Button type="submit" busy={change.pending} busyLabel="Changing…">
              Change role
            </Button>
            <Button
              look="plain"
              disabledReason={change.pending ? 'Wait until this is done.' : undefined}
              onClick={cancel}
            >
              Keep {roleWords[role].label.toLowerCase()}
            </Button>
          </div>
        </Form>
      )}
    </>
  )
}
