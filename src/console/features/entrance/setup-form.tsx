import { useClient } from '#console/ui/client-context.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm, useTypedFields } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { setup } from '#shared/people/session.ts'
import styles from './entrance.module.css'
import { AccountFields } from './new-account-form.tsx'
import { useStartSession } from './use-start-session.ts'

const empty = { name: '', email: '', password: '', team: '' }

/** Creates the first account and its team, with the token of the set-up link. */
export function SetupForm({ token }: { token: string }) {
  const { typed, field } = useTypedFields(empty)
  const client = useClient()
  const startSession = useStartSession()
  const create = useAction(async () => {
    const session = await client.setup(parseForm(setup, { ...typed, token }))
    await startSession(session)
  })
  const failure = formFailure(create.error, Object.keys(empty))
  return (
    <Form className={styles.form} failed={create.error} onSubmit={() => void create.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      <AccountFields field={(name) => field(name, create.error)} />
      <TextField
        label="Team name"
        autoComplete="organization"
        hint="Like “Gradient Next”. The address of the team is made from it."
        {...field('team', create.error)}
      />
      <Button type="submit" look="primary" className={styles.submit} busy={create.pending} busyLabel="Creating…">
        Create team
      </Button>
    </Form>
  )
}
