import { useState } from 'react'
import { Link } from 'react-router-dom'
import type { Client } from '#client/client.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure, formFailure, hasCode } from '#console/ui/feedback/failure-words.ts'
import { PageLoading } from '#console/ui/feedback/message-page.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button, buttonClass } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { type PasswordReset, resetUse } from '#shared/people/member.ts'
import { passwordLength } from '#shared/people/session.ts'
import styles from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { LoginForm } from './login-form.tsx'
import { useTokenLookup } from './use-token-lookup.ts'

const look = (client: Client, token: string) => client.passwordReset.look(token)

/** Sets a new password with the token of a link, then asks to sign in with it. */
export function ResetPassword({ token }: { token: string }) {
  const { found: person, error, load } = useTokenLookup(look, token)
  const [done, setDone] = useState(false)
  usePageTitle('New password', 'Gradient Secrets')

  if (hasCode(error, 'NOT_FOUND')) return <ResetUnusable />
  if (error !== undefined) {
    return (
      <Entrance title="New password">
        <LoadFailed what="The link" error={error} onRetry={load} />
      </Entrance>
    )
  }
  if (!person) return <PageLoading />
  if (done) {
    return (
      <Entrance title="Sign in" lead="Your new password is set.">
        <LoginForm next={undefined} email={person.email} />
      </Entrance>
    )
  }
  return (
    <Entrance title="New password" lead={`For ${person.name}. You are signed out everywhere when it is set.`}>
      <NewPasswordForm token={token} person={person} onDone={() => setDone(true)} />
    </Entrance>
  )
}

type NewPasswordProps = { token: string; person: PasswordReset; onDone: () => void }

function NewPasswordForm({ token, person, onDone }: NewPasswordProps) {
  const [password, setPassword] = useSecretState('')
  const client = useClient()
  const set = useAction(async () => {
    await client.passwordReset.use(parseForm(resetUse, { token, password }))
    setPassword('')
    onDone()
  })
  if (hasCode(set.error, 'NOT_FOUND')) return <UnusableNotice />
  const failure = formFailure(set.error, ['password'])
  return (
    <Form className={styles.form} failed={set.error} onSubmit={() => void set.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      {/* For password managers, which store the new password under it. */}
      <TextField label="Email" type="email" autoComplete="username" value={person.email} onChange={ignore} readOnly />
      <TextField
        label="New password"
        type="password"
        autoComplete="new-password"
        hint={`At least ${passwordLength.min} characters.`}
        value={password}
        onChange={setPassword}
        error={fieldFailure(set.error, 'password')}
        required
      />
      <Button type="submit" look="primary" className={styles.submit} busy={set.pending} busyLabel="Setting…">
        Set password
      </Button>
    </Form>
  )
}

const ignore = () => undefined

function ResetUnusable() {
  return (
    <Entrance title="New password">
      <UnusableNotice />
    </Entrance>
  )
}

function UnusableNotice() {
  return (
    <>
      <Notice tone="warn">
        This link cannot be used: it was used already, was replaced by a newer one, or has expired. Ask who gave it to
        you for a new one.
      </Notice>
      <Link to="/login" className={buttonClass()}>
        Sign in
      </Link>
    </>
  )
}
