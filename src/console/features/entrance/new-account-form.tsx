import { useQuery } from '@tanstack/react-query'
import { signInWaysQuery } from '#console/features/session/openid.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm, type TypedField, useTypedFields } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { inviteAcceptance } from '#shared/people/member.ts'
import type { Role } from '#shared/people/role.ts'
import { passwordLength } from '#shared/people/session.ts'
import styles from './entrance.module.css'
import { OpenidButton } from './openid-button.tsx'
import { useStartSession } from './use-start-session.ts'

const empty = { name: '', email: '', password: '' }

/** Accepts an invite with a new account. */
export function NewAccountForm({ token, role }: { token: string; role: Role }) {
  const { typed, field } = useTypedFields(empty)
  const client = useClient()
  const startSession = useStartSession()
  const join = useAction(async () => {
    const session = await client.invites.accept(parseForm(inviteAcceptance, { token, account: typed }))
    await startSession(session)
  })
  const { data: ways } = useQuery(signInWaysQuery(client))
  const withOpenid = <OpenidButton verb="Join" invite={token} />
  if (ways?.password === 'off' || (ways?.password === 'owners' && role !== 'owner')) {
    return <div className={styles.form}>{withOpenid}</div>
  }
  const failure = formFailure(join.error, Object.keys(empty))
  return (
    <Form className={styles.form} failed={join.error} onSubmit={() => void join.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      <AccountFields field={(name) => field(name, join.error)} />
      <Button type="submit" look="primary" className={styles.submit} busy={join.pending} busyLabel="Joining…">
        Create account and join
      </Button>
      {withOpenid}
    </Form>
  )
}

type AccountFieldsProps = { field: (name: 'name' | 'email' | 'password') => TypedField }

/** Name, email and password of a new account. */
export function AccountFields({ field }: AccountFieldsProps) {
  return (
    <>
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
    </>
  )
}
