import { useState } from 'react'
import { useClient } from '#console/client-context.tsx'
import entrance from '#console/features/entrance/entrance.module.css'
import { useEnter } from '#console/features/entrance/use-enter.ts'
import { Button } from '#console/ui/button.tsx'
import { fieldFailure, formFailure } from '#console/ui/failure-words.ts'
import { Form } from '#console/ui/form.tsx'
import { Notice } from '#console/ui/notice.tsx'
import { parseForm } from '#console/ui/parse-form.ts'
import { TextField } from '#console/ui/text-field.tsx'
import { useAction } from '#console/ui/use-action.ts'
import { inviteAcceptance } from '#shared/member.ts'
import { passwordLength } from '#shared/session.ts'

const empty = { name: '', email: '', password: '' }

/** Takes an invite up as somebody new. */
export function NewAccountForm({ token }: { token: string }) {
  const [typed, setTyped] = useState(empty)
  const client = useClient()
  const enter = useEnter()
  const join = useAction(async () => {
    const session = await client.invites.accept(parseForm(inviteAcceptance, { token, account: typed }))
    await enter(session)
  })
  const field = (name: keyof typeof empty) => ({
    value: typed[name],
    onChange: (text: string) => setTyped((before) => ({ ...before, [name]: text })),
    error: fieldFailure(join.error, name),
    required: true,
  })
  const failure = formFailure(join.error, Object.keys(empty))
  return (
    <Form className={entrance.form} failed={join.error} onSubmit={() => void join.run()}>
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
      <Button type="submit" look="primary" className={entrance.submit} busy={join.pending} busyLabel="Joining…">
        Create account and join
      </Button>
    </Form>
  )
}
