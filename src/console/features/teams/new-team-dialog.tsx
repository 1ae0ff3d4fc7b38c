import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router-dom'
import { useClient } from '#console/ui/client-context.tsx'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { newTeam } from '#shared/people/team.ts'
import { maxLabelLength } from '#shared/scope.ts'

/** Asks for the name of a new team, creates it and opens it. */
export function NewTeamDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [name, setName] = useState('')
  const client = useClient()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  const close = () => {
    setName('')
    create.forget()
    onClose()
  }
  const create = useAction(async () => {
    const team = await client.teams.create(parseForm(newTeam, { name }))
    close()
    await queryClient.invalidateQueries({ queryKey: ['session'] })
    await navigate(`/${team.namespace}/projects`)
  })
  return (
    <Dialog
      open={open}
      title="New team"
      description={<p>A team has its own people, projects, clusters and secrets. You become its owner.</p>}
      confirmLabel="Create team"
      busyLabel="Creating…"
      pending={create.pending}
      failed={create.error}
      error={formFailure(create.error, ['name'])}
      onConfirm={() => void create.run()}
      onClose={close}
    >
      <TextField
        label="Team name"
        value={name}
        onChange={setName}
        error={fieldFailure(create.error, 'name')}
        autoComplete="off"
        maxLength={maxLabelLength}
        required
      />
    </Dialog>
  )
}
