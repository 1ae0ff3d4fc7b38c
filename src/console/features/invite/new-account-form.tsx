import { AccountFields } from '#console/features/entrance/account-fields.tsx'
import entrance from '#console/features/entrance/entrance.module.css'
import { useEnter } from '#console/features/entrance/use-enter.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm, useTypedFields } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { inviteAcceptance } from '#shared/people/member.ts'

const empty = { name: '', email: '', password: '' }

/** Takes an invite up as somebody new. */
export function NewAccountForm({ token }: { token: string }) {
  const { typed, field } = useTypedFields(empty)
  const client = useClient()
  const enter = useEnter()
  const join = useAction(async () => {
    const session = await client.invites.accept(parseForm(inviteAcceptance, { token, account: typed }))
    await enter(session)
  })
  const failure = formFailure(join.error, Object.keys(empty))
  return (
    <Form className={entrance.form} failed={join.error} onSubmit={() => void join.run()}>
      {failure && <Notice tone="error">{failure}</Notice>}
      <AccountFields field={(name) => field(name, join.error)} />
      <Button type="submit" look="primary" className={entrance.submit} busy={join.pending} busyLabel="Joining…">
        Create account and join
      </Button>
    </Form>
  )
}
