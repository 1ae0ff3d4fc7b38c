import { Link } from 'react-router-dom'
import { useClient } from '#console/client-context.tsx'
import entrance from '#console/features/entrance/entrance.module.css'
import { useEnter } from '#console/features/entrance/use-enter.ts'
import { Button, buttonClass } from '#console/ui/button.tsx'
import { failureWords, hasCode } from '#console/ui/failure-words.ts'
import { Form } from '#console/ui/form.tsx'
import { Notice } from '#console/ui/notice.tsx'
import { useAction } from '#console/ui/use-action.ts'
import type { User } from '#shared/session.ts'
import styles from './invitation.module.css'

/** Takes an invite up as who is signed in. */
export function JoinAs({ token, user }: { token: string; user: User }) {
  const client = useClient()
  const enter = useEnter()
  const join = useAction(async () => enter(await client.invites.accept({ token })))
  return (
    <Form className={entrance.form} onSubmit={() => void join.run()}>
      {join.error !== undefined && (
        <Notice
          tone="error"
          actions={
            hasCode(join.error, 'CONFLICT') && (
              <Link to="/" className={buttonClass()}>
                Go to projects
              </Link>
            )
          }
        >
          {failureWords(join.error)}
        </Notice>
      )}
      <p className={styles.who}>
        You are signed in as {user.name}, {user.email}.
      </p>
      <Button
        type="submit"
        look="primary"
        className={`${entrance.submit} ${styles.join}`}
        busy={join.pending}
        busyLabel="Joining…"
      >
        Join as {user.name}
      </Button>
    </Form>
  )
}
