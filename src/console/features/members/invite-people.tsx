import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { Select } from '#console/ui/forms/select.tsx'
import { ShownOnce } from '#console/ui/forms/shown-once.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import common from '#console/ui/layout/common.module.css'
import { inviteDays, type MadeInvite } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'
import styles from './invite-people.module.css'
import { memberKeys } from './member-queries.ts'
import { OpenInvites } from './open-invites.tsx'
import { roleOptions, roleWords } from './role-words.ts'

/** Renders the form for invites, the link of a new invite, and the list of open invites. */
export function InvitePeople() {
  const [role, setRole] = useState<Role>('member')
  // The only place that holds the token. Kept out of the query cache.
  const [made, setMade] = useSecretState<MadeInvite | undefined>(undefined)
  const button = useRef<HTMLButtonElement>(null)
  const { team } = useSession()
  const client = useClient()
  const confirmed = useConfirmed()
  const queryClient = useQueryClient()
  const announce = useAnnounce()
  const denied = useDenied('manageMembers')
  const mayMakeOwners = useDenied('manageOwners') === undefined
  const create = useAction(async () => {
    setMade(await confirmed(() => client.invites.create(role)))
    announce('Invite link created')
    void queryClient.invalidateQueries({ queryKey: memberKeys.invites(team.id) })
  })
  const done = () => {
    setMade(undefined)
    button.current?.focus()
  }
  const deleted = (id: string) => {
    if (made?.id === id) setMade(undefined)
  }
  return (
    <div className={styles.area}>
      <FailureNotice failure={create.error} fields={[]} />
      <Form
        aria-label="Invite people"
        className={common.fieldLine}
        onSubmit={() => denied === undefined && void create.run()}
      >
        <Select
          label="Role"
          value={role}
          onChange={setRole}
          options={roleOptions(mayMakeOwners)}
          hint={`${roleWords[role].label}s ${roleWords[role].may}`}
          disabledReason={denied}
        />
        <Button
          ref={button}
          type="submit"
          look="primary"
          className={common.besideField ?? ''}
          busy={create.pending}
          busyLabel="Creating…"
          disabledReason={denied}
        >
          Create invite link
        </Button>
      </Form>
      <Reason>{denied}</Reason>
      {made && <InviteLink key={made.id} invite={made} onDone={done} />}
      {denied === undefined && <OpenInvites onDeleted={deleted} />}
    </div>
  )
}

/** Shows the link of a new invite once. The token is in the fragment, which browsers do not send to servers. */
function InviteLink({ invite, onDone }: { invite: MadeInvite; onDone: () => void }) {
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
