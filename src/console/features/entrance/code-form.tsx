import { useEffect, useRef, useState } from 'react'
import { fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { plainText } from '#console/ui/forms/input-attributes.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
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
      <TextField
        {...plainText}
        ref={field}
        label="Code"
        mono
        value={code}
        onChange={setCode}
        error={fieldFailure(signIn.error, 'code')}
        hint="Of your authenticator app, or one of your recovery codes."
        autoComplete="one-time-code"
        required
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
