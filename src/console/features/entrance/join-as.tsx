import { Link } from 'react-router-dom'
import { useClient } from '#console/ui/client-context.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button, buttonClass } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { User } from '#shared/people/session.ts'
import styles from './entrance.module.css'
import { useStartSession } from './use-start-session.ts'

/** Accepts an invite as the signed-in person. */
export function JoinAs({ token, user }: { token: string; user: User }) {
  const client = useClient()
  const startSession = useStartSession()
  const join = useAction(async () => startSession(await client.invites.accept({ token })))
  return (
    <Form className={styles.form} onSubmit={() => void join.run()}>
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
      <p className={styles.signedInAs}>
        You are signed in as {user.name}, {user.email}.
      </p>
      <Button
        type="submit"
        look="primary"
        className={`${styles.submit} ${styles.join}`}
        busy={join.pending}
        busyLabel="Joining…"
      >
        Join as {user.name}
      </Button>
    </Form>
  )
}
