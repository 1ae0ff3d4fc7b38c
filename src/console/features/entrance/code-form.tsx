import { useEffect, useRef, useState } from 'react'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { CodeField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import styles from './entrance.module.css'

type CodeFormProps = {
  onCode: (code: string) => Promise<void>
  onBack: () => void
}

/** The second step of signing in: asks for a code after the password was accepted. */
export function CodeForm({ onCode, onBack }: CodeFormProps) {
  const [code, setCode] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const signIn = useAction(() => onCode(code))
  const failure = formFailure(signIn.error, ['code'])
  useEffect(() => field.current?.focus(), [])
  return (
    <Form className={styles.form} failed={signIn.error} onSubmit={() => void signIn.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      <CodeField
        ref={field}
        value={code}
        onChange={setCode}
        failure={signIn.error}
        hint="Of your authenticator app, or one of your recovery codes."
        autoComplete="one-time-code"
      />
      <Button type="submit" look="primary" className={styles.submit} busy={signIn.pending} busyLabel="Signing in…">
        Sign in
      </Button>
      <Button onClick={onBack} disabledReason={signIn.pending ? 'Wait until this is done.' : undefined}>
        Back
      </Button>
    </Form>
  )
}
