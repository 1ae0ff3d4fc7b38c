import { useState } from 'react'
import { useSearchParams } from 'react-router-dom'
import entrance from '#console/features/entrance/entrance.module.css'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { CodeField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { cliLoginCode, loginMinutes } from '#shared/people/cli-login.ts'

/** Asks for the code of a command line, when the address has none or an unknown one. */
export function EnterCode({ given, unknown = false }: { given: string; unknown?: boolean }) {
  const [, setParams] = useSearchParams()
  const [code, setCode] = useState(given)
  const go = useAction(async () => setParams({ code: parseForm(cliLoginCode, { code }).code }, { replace: true }))
  return (
    <Entrance title="Sign a command line in" lead="It shows a code after you have typed “gradient login”.">
      {unknown && (
        <Notice tone="warn">
          No command line waits under {given}. Codes are good once and for {loginMinutes} minutes: check it, or run
          “gradient login” again for a new one.
        </Notice>
      )}
      <Form className={entrance.form} failed={go.error} onSubmit={() => void go.run()}>
        <CodeField value={code} onChange={setCode} failure={go.error} maxLength={40} />
        <Button type="submit" look="primary" className={entrance.submit}>
          Continue
        </Button>
      </Form>
    </Entrance>
  )
}
