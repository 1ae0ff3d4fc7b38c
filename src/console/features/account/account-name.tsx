import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useClient } from '#console/ui/client-context.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { SaveButton, useSaved } from '#console/ui/forms/save-button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { type Account, accountChange } from '#shared/people/account.ts'
import { maxLabelLength } from '#shared/scope.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'

/** The section of the account page that changes the displayed name. */
export function AccountName({ account }: { account: Account }) {
  const [name, setName] = useState(account.user.name)
  const client = useClient()
  const queryClient = useQueryClient()
  const { saved, showSaved } = useSaved()
  const save = useAction(async () => {
    const changed = await client.account.rename(parseForm(accountChange, { name }).name)
    queryClient.setQueryData(accountQuery(client).queryKey, changed)
    setName(changed.user.name)
    showSaved()
    // The frame and many lists show the name.
    void queryClient.invalidateQueries()
  })
  return (
    <Section
      heading="Name"
      explanation={<p>Others see it beside what you set. You sign in as {account.user.email}.</p>}
    >
      <Form className={styles.form} failed={save.error} onSubmit={() => void save.run()}>
        <FailureNotice failure={save.error} fields={['name']} />
        <TextField
          label="Your name"
          value={name}
          onChange={setName}
          error={fieldFailure(save.error, 'name')}
          autoComplete="name"
          maxLength={maxLabelLength}
          required
        />
        <SaveButton saved={saved} busy={save.pending} busyLabel="Saving…">
          Save name
        </SaveButton>
      </Form>
    </Section>
  )
}
