import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { ignoreNotFound } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { Section } from '#console/ui/layout/section.tsx'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { Account, AccountSession } from '#shared/people/account.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'
import { userAgentWords } from './user-agent-words.ts'

/** The section of the account page that lists the person's sessions and ends them. */
export function AccountSessions({ account }: { account: Account }) {
  const client = useClient()
  const confirmed = useConfirmed()
  const queryClient = useQueryClient()
  const announce = useAnnounce()
  const list = useRef<HTMLUListElement>(null)
  const end = useAction(async ({ id, agent }: AccountSession) => {
    await confirmed(() => client.account.endSession(id)).catch(ignoreNotFound)
    announce(`Ended the session of ${userAgentWords(agent)}`)
    await queryClient.invalidateQueries({ queryKey: accountQuery(client).queryKey })
    list.current?.focus()
  })
  return (
    <Section
      heading="Sessions"
      explanation={<p>Where you are signed in. End what you do not know, then change your password.</p>}
    >
      <div className={styles.area}>
        <FailureNotice failure={end.error} fields={[]} />
        <ul ref={list} tabIndex={-1} aria-label="Sessions" className={styles.rows}>
          {account.sessions.map((session) => (
            <SessionRow key={session.id} session={session} pending={end.pending} onEnd={() => void end.run(session)} />
          ))}
        </ul>
      </div>
    </Section>
  )
}

type SessionRowProps = { session: AccountSession; pending: boolean; onEnd: () => void }

function SessionRow({ session, pending, onEnd }: SessionRowProps) {
  const { current, dtCreated, from, agent } = session
  const words = userAgentWords(agent)
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <p className={styles.name}>{words}</p>
        <p className={common.note}>
          since <RelativeTime date={dtCreated} />
          {from !== null && ` from ${from}`}
        </p>
      </div>
      {current ? (
        <p className={common.note}>This session</p>
      ) : (
        <Button
          look="plain"
          aria-label={`End the session of ${words}`}
          disabledReason={pending ? 'Wait until the last one has ended.' : undefined}
          onClick={onEnd}
        >
          End
        </Button>
      )}
    </li>
  )
}
