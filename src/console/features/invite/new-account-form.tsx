import { useClient } from '#console/client-context.tsx'
import { AccountFields } from '#console/features/entrance/account-fields.tsx'
import entrance from '#console/features/entrance/entrance.module.css'
import { useEnter } from '#console/features/entrance/use-enter.ts'
import { Button } from '#console/ui/button.tsx'
import { formFailure } from '#console/ui/failure-words.ts'
import { Form } from '#console/ui/form.tsx'
import { Notice } from '#console/ui/notice.tsx'
import { parseForm } from '#console/ui/parse-form.ts'
import { useAction } from '#console/ui/use-action.ts'
import { useTypedFields } from '#console/ui/use-typed-fields.ts'
import { inviteAcceptance } from '#shared/member.ts'

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
