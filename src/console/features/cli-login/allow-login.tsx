import { useState } from 'react'
import { emptyDraft, type KeyDraft, newKeyRequest, optionFields } from '#console/features/api-keys/key-draft.ts'
import { KeyOptionsOpener } from '#console/features/api-keys/key-options-opener.tsx'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { type CliLogin, loginKeyName } from '#shared/people/cli-login.ts'
import { roleMay } from '#shared/people/role.ts'
import styles from './requested-login.module.css'

type AllowLoginProps = { login: CliLogin; onDecided: (outcome: 'allowed' | 'denied') => void }

/** The form that allows or denies a command line, with the options of its API key. */
export function AllowLogin({ login, onDecided }: AllowLoginProps) {
  const { code, device } = login
  const { user, team } = useSession()
  const client = useClient()
  const confirmed = useConfirmed()
  const refused = useDenied('allowLogins')
  const [open, setOpen] = useState(false)
  const [draft, setDraft] = useState<KeyDraft>(() => ({
    ...emptyDraft,
    name: loginKeyName(device),
    // Other roles must limit a run key to some workloads, so it is not their default.
    access: roleMay(team.role, 'manageKeys') ? 'both' : 'manage',
  }))
  const allow = useAction(async () => {
    try {
      const { name: _, owner: __, ...wanted } = newKeyRequest(draft, team.role, Date.now())
      await confirmed(() => client.cliLogins.allow({ code, ...wanted }))
    } catch (error) {
      if (optionFields.some((field) => fieldFailure(error, field))) setOpen(true)
      throw error
    }
    onDecided('allowed')
  })
  const deny = useAction(async () => {
    await client.cliLogins.deny(code)
    onDecided('denied')
  })
  const change = (part: Partial<KeyDraft>) => {
    setDraft((before) => ({ ...before, ...part }))
    if (optionFields.some((field) => fieldFailure(allow.error, field))) allow.forget()
  }
  return (
    <Form
      className={styles.form}
      aria-label="The key"
      failed={allow.error}
      onSubmit={() => void (refused === undefined && !deny.pending && allow.run())}
    >
      {refused === undefined ? (
        <div>
          <p className={styles.key}>
            The key acts as you, {user.name}, in the team “{team.name}”.
          </p>
          <KeyOptionsOpener
            open={open}
            onOpenChange={setOpen}
            draft={draft}
            onChange={change}
            error={allow.error}
            denied={undefined}
            ofTeam={false}
          />
        </div>
      ) : (
        <Reason>{refused}</Reason>
      )}
      <FailureNotice failure={allow.error ?? deny.error} fields={optionFields} />
      <div className={common.buttons}>
        <Button type="submit" look="primary" busy={allow.pending} busyLabel="Allowing…" disabledReason={refused}>
          Allow
        </Button>
        <Button busy={deny.pending} busyLabel="Denying…" onClick={() => void (!allow.pending && deny.run())}>
          Deny
        </Button>
      </div>
    </Form>
  )
}
