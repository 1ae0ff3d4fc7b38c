import { useState } from 'react'
import { useClient } from '#console/client-context.tsx'
import { Button } from '#console/ui/button.tsx'
import { fieldFailure, formFailure } from '#console/ui/failure-words.ts'
import { Form } from '#console/ui/form.tsx'
import { Notice } from '#console/ui/notice.tsx'
import { parseForm } from '#console/ui/parse-form.ts'
import { TextField } from '#console/ui/text-field.tsx'
import { useAction } from '#console/ui/use-action.ts'
import { passwordLength, setup } from '#shared/session.ts'
import styles from './entrance.module.css'
import { useEnter } from './use-enter.ts'

const empty = { name: '', email: '', password: '', team: '' }

/** Makes the first account and its team, with the token of the set-up link. */
export function SetupForm({ token }: { token: string }) {
  const [typed, setTyped] = useState(empty)
  const client = useClient()
  const enter = useEnter()
  const create = useAction(async () => {
    const session = await client.setup(parseForm(setup, { ...typed, token }))
    await enter(session)
  })
  const field = (name: keyof typeof empty) => ({
    value: typed[name],
    onChange: (text: string) => setTyped((before) => ({ ...before, [name]: text })),
    error: fieldFailure(create.error, name),
    required: true,
  })
  const failure = formFailure(create.error, Object.keys(empty))
  return (
    <Form className={styles.form} failed={create.error} onSubmit={() => void create.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      <TextField label="Your name" autoComplete="name" {...field('name')} />
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        {...field('email')}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${passwordLength.min} characters.`}
        {...field('password')}
      />
      <TextField
        label="Team name"
        autoComplete="organization"
        hint="Like “Gradient Next”. The address of the team is made from it."
        {...field('team')}
      />
      <Button type="submit" look="primary" className={styles.submit} busy={create.pending} busyLabel="Creating…">
        Create team
      </Button>
    </Form>
  )
}
