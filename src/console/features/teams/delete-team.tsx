import { useState } from 'react'
import { signedOut } from '#console/features/live/use-live-updates.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useDenied, useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { countWords } from '#console/ui/layout/count-words.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { TeamDetails } from '#shared/people/team.ts'
import { defaultTrashDays } from '#shared/trash.ts'
import styles from './teams.module.css'

/** Renders the section that deletes the team after the person typed its name. */
export function DeleteTeam({ team }: { team: TeamDetails }) {
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const client = useClient()
  const { trashDays = defaultTrashDays } = useSession()
  const confirmed = useConfirmed()
  const denied = useDenied('deleteTeam')
  const remove = useAction(async () => {
    await confirmed(() => client.teams.delete(team.id))
    signedOut.abort()
    // A full page load, so that nothing of the team stays in memory.
    window.location.replace('/')
  })
  const ask = () => {
    setTyped('')
    remove.forget()
    setOpen(true)
  }
  const days = countWords(trashDays, 'day')
  return (
    <Section
      heading="Delete team"
      explanation={<p>Owners can restore a deleted team with everything in it for {days}, on their account page.</p>}
    >
      <div className={styles.controls}>
        <Button look="danger" disabledReason={denied} onClick={ask}>
          Delete team
        </Button>
        <Reason>{denied}</Reason>
      </div>
      <ActionDialog
        open={open}
        title={`Delete the team “${team.name}”?`}
        description={
          <p>
            Nobody gets to its projects, clusters and secrets, and its keys are refused. Owners can restore it for{' '}
            {days}.
          </p>
        }
        confirmLabel="Delete team"
        busyLabel="Deleting…"
        action={remove}
        disabledReason={typed.trim() === team.name ? undefined : 'Type the name of the team first.'}
        onClose={() => setOpen(false)}
      >
        <TextField
          label={`Type “${team.name}” to confirm`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck={false}
        />
      </ActionDialog>
    </Section>
  )
}
