import { useState } from 'react'
import { signedOut } from '#console/features/live/use-live-updates.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { AlertDialog } from '#console/ui/dialogs/dialog.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { Account } from '#shared/people/account.ts'
import styles from './account.module.css'

/** The section of the account page that deletes the account after the person typed their email. */
export function DeleteAccount({ account: { user } }: { account: Account }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const client = useClient()
  const confirmed = useConfirmed()
  const remove = useAction(async () => {
    await confirmed(() => client.account.delete(typed))
    signedOut.abort()
    // A full page load, so that no data or typed text stays in memory.
    window.location.replace('/login')
  })
  const ask = () => {
    setTyped('')
    remove.forget()
    setOpen(true)
  }
  const isTyped = typed.trim().toLowerCase() === user.email
  return (
    <Section
      heading="Delete account"
      explanation={<p>You leave all your teams, and your API keys end. What you have set stays, with your name.</p>}
    >
      <div className={styles.actions}>
        <Button look="danger" onClick={ask}>
          Delete account
        </Button>
      </div>
      <AlertDialog
        open={open}
        title="Delete your account?"
        description={
          <>
            <p>You are signed out everywhere, and your API keys end at once in all your teams.</p>
            <p>This cannot be undone.</p>
          </>
        }
        confirmLabel="Delete account"
        busyLabel="Deleting…"
        pending={remove.pending}
        disabledReason={isTyped ? undefined : 'Type your email first.'}
        error={remove.error === undefined ? undefined : failureWords(remove.error)}
        onConfirm={() => void remove.run()}
        onClose={() => setOpen(false)}
      >
        <TextField
          label={`Type “${user.email}” to confirm`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
      </AlertDialog>
    </Section>
  )
}
