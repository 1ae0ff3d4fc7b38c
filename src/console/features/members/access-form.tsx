import { useState } from 'react'
import { useDenied } from '#console/features/session/use-session.ts'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Reason } from '#console/ui/feedback/notice.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { RadioGroup } from '#console/ui/forms/radio-group.tsx'
import { SaveButton, useSaved } from '#console/ui/forms/save-button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { Member, ProjectAccess, ProjectAccessChange } from '#shared/people/member.ts'
import { PeopleChoice } from './people-choice.tsx'
import styles from './project-access.module.css'

type AccessFormProps = {
  stored: ProjectAccess
  /** The members to choose from; without those who may see every project. */
  others: readonly Member[]
  onSave: (change: ProjectAccessChange) => Promise<void>
}

/** Renders the choice between every member and chosen people. */
export function AccessForm({ stored, others, onSave }: AccessFormProps) {
  const [access, setAccess] = useState(stored.access)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(stored.people.map(({ id }) => id)))
  const { saved, showSaved } = useSaved()
  const denied = useDenied('chooseProjectAccess')
  const save = useAction(async () => {
    // Drops people who have left the team since the form was loaded.
    const people = others.flatMap(({ id }) => (chosen.has(id) ? [id] : []))
    await onSave({ access, people: access === 'all' ? [] : people })
    showSaved()
  })
  const disabledReason = denied === undefined ? undefined : ''
  return (
    <Form className={styles.form} aria-label="Project access" onSubmit={() => denied === undefined && void save.run()}>
      <FailureNotice failure={save.error} fields={[]} />
      <RadioGroup
        label="Who may see it"
        value={access}
        onChange={setAccess}
        options={[
          { value: 'all', label: 'Every member', disabledReason },
          { value: 'chosen', label: 'Chosen people', disabledReason },
        ]}
      />
      {access === 'chosen' && (
        <PeopleChoice people={others} chosen={chosen} onChange={setChosen} disabled={denied !== undefined} />
      )}
      <SaveButton saved={saved} busy={save.pending} busyLabel="Saving…" disabledReason={denied}>
        Save access
      </SaveButton>
      <Reason>{denied}</Reason>
    </Form>
  )
}
