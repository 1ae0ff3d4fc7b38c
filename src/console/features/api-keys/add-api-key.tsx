import { type RefObject, useState } from 'react'
import { useSession } from '#console/features/session/use-session.ts'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { AddForm } from '#console/ui/forms/add-form.tsx'
import { plainText } from '#console/ui/forms/input-attributes.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { MadeApiKey } from '#shared/people/api-key.ts'
import { maxLabelLength } from '#shared/scope.ts'
import { useApiKeyWrites } from './api-key-queries.ts'
import { emptyDraft, type KeyDraft, newKeyRequest, optionFields } from './key-draft.ts'
import { KeyOptionsOpener } from './key-options-opener.tsx'

type AddApiKeyProps = {
  /** The reason why the person may not create keys. */
  denied: string | undefined
  nameField: RefObject<HTMLInputElement | null>
  onMade: (made: MadeApiKey) => void
}

/** Renders the form for a new API key; only the name is required. */
export function AddApiKey({ denied, nameField, onMade }: AddApiKeyProps) {
  const { team } = useSession()
  const { create } = useApiKeyWrites()
  const [draft, setDraft] = useState(emptyDraft)
  const [open, setOpen] = useState(false)
  const add = useAction(async () => {
    try {
      const made = await create(newKeyRequest(draft, team.role, Date.now()))
      setDraft(emptyDraft)
      setOpen(false)
      onMade(made)
    } catch (error) {
      if (optionFields.some((field) => fieldFailure(error, field))) setOpen(true)
      throw error
    }
  })
  const change = (part: Partial<KeyDraft>) => {
    setDraft((before) => ({ ...before, ...part }))
    if ([...optionFields, 'name'].some((field) => fieldFailure(add.error, field))) add.forget()
  }
  return (
    <AddForm
      label="Add an API key"
      failure={add.error}
      fieldNames={['name', ...optionFields]}
      pending={add.pending}
      disabledReason={denied}
      onAdd={() => void add.run()}
      more={
        <KeyOptionsOpener
          open={open}
          onOpenChange={setOpen}
          draft={draft}
          onChange={change}
          error={add.error}
          denied={denied}
          ofTeam
        />
      }
    >
      <TextField
        {...plainText}
        ref={nameField}
        label="Name"
        value={draft.name}
        onChange={(name) => change({ name })}
        error={fieldFailure(add.error, 'name')}
        maxLength={maxLabelLength}
        disabled={denied !== undefined}
      />
    </AddForm>
  )
}
