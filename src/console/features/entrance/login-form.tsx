import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { passkeyObstacle } from '#console/features/passkeys/passkey-obstacle.ts'
import { signInWaysQuery } from '#console/features/session/openid.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { failureWords, fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { type SignIn, signIn as signInBody } from '#shared/people/account.ts'
import { credentials } from '#shared/people/session.ts'
import { CodeForm } from './code-form.tsx'
import styles from './entrance.module.css'
import { OpenidButton } from './openid-button.tsx'
import { useStartSession } from './use-start-session.ts'

type LoginFormProps = {
  next: string | undefined
  email?: string
  /** The token of an invite, which a sign-in with the identity provider accepts: that leaves the page. */
  invite?: string
}

/** Signs in, then opens `next` or the projects of the person's first team. */
export function LoginForm({ next, email: known = '', invite }: LoginFormProps) {
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const [codeRequired, setCodeRequired] = useState(false)
  const client = useClient()
  const startSession = useStartSession()
  const send = async (body: SignIn) => {
    const answer = await client.signIn(body)
    if ('secondFactor' in answer) setCodeRequired(true)
    else await startSession(answer, next)
  }
  const { data: ways } = useQuery(signInWaysQuery(client))
  const signIn = useAction(() => send(parseForm(credentials, { email, password })))
  if (codeRequired) {
    return (
      <CodeForm
        onCode={(code) => send(parseForm(signInBody, { email, password, code }))}
        onBack={() => {
          setPassword('')
          setCodeRequired(false)
        }}
      />
    )
  }
  if (ways?.password === 'off') {
    return (
      <div className={styles.form}>
        <OpenidButton verb="Sign in" next={next} invite={invite} />
        <PasskeyButton next={next} />
      </div>
    )
  }
  const failure = formFailure(signIn.error, ['email', 'password'])
  return (
    <Form className={styles.form} failed={signIn.error} onSubmit={() => void signIn.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      <TextField
        label="Email"
        type="email"
        autoComplete="username"
        autoCapitalize="off"
        spellCheck={false}
        value={email}
        onChange={setEmail}
        error={fieldFailure(signIn.error, 'email')}
        required
      />
      <CurrentPasswordField value={password} onChange={setPassword} failure={signIn.error} />
      <Button type="submit" look="primary" className={styles.submit} busy={signIn.pending} busyLabel="Signing in…">
        Sign in
      </Button>
      <OpenidButton verb="Sign in" next={next} invite={invite} />
      <PasskeyButton next={next} />
    </Form>
  )
}

/** Signs in with a passkey instead of email and password. */
function PasskeyButton({ next }: { next: string | undefined }) {
  const client = useClient()
  const startSession = useStartSession()
  const signIn = useAction(async () => {
    const { signWithPasskey } = await import('#console/features/passkeys/browser-passkeys.ts')
    const credential = await signWithPasskey(await client.passkeySignIn.challenge())
    await startSession(await client.passkeySignIn.finish(credential), next)
  })
  return (
    <>
      <Button
        busy={signIn.pending}
        busyLabel="Waiting for the passkey…"
        disabledReason={passkeyObstacle()}
        onClick={() => void signIn.run()}
      >
        Sign in with a passkey
      </Button>
      {signIn.error !== undefined && <Notice tone="error">{failureWords(signIn.error)}</Notice>}
    </>
  )
}
