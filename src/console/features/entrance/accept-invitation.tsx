import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { Link } from 'react-router-dom'
import { roleWords } from '#console/features/members/role-words.ts'
import { sessionQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { PageLoading } from '#console/ui/feedback/message-page.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button, buttonClass } from '#console/ui/forms/button.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import type { Invitation } from '#shared/people/member.ts'
import styles from './entrance.module.css'
import { Entrance } from './entrance.tsx'
import { JoinAs } from './join-as.tsx'
import { LoginForm } from './login-form.tsx'
import { NewAccountForm } from './new-account-form.tsx'

type Way = 'join' | 'new' | 'login'

/** Leads from an invite's link into the team: as who is signed in, as somebody new, or after signing in right here. */
export function AcceptInvitation({ token }: { token: string }) {
  const { invitation, error, look } = useInvitation(token)
  const session = useQuery(sessionQuery(useClient()))
  const sessionError = useLoadError(session)
  const [chosen, setChosen] = useState<{ way: Way; for: string | undefined }>()
  const { user } = session.data ?? {}
  usePageTitle('Join a team', 'Gradient Secrets')

  if (hasCode(error, 'NOT_FOUND')) return <Unusable />
  if (error !== undefined) return <NotLoaded error={error} onRetry={look} />
  const isStranger = hasCode(sessionError, 'UNAUTHORIZED')
  if (sessionError !== undefined && !isStranger) return <NotLoaded error={sessionError} onRetry={session.refetch} />
  if (!invitation || (!user && !isStranger)) return <PageLoading />
  // What was chosen holds for who was signed in then: once somebody else is, they are asked whether to join.
  const way = chosen && chosen.for === user?.id ? chosen.way : user ? 'join' : 'new'
  const choose = (next: Way) => () => setChosen({ way: next, for: user?.id })
  return (
    <Entrance
      title={`Join “${invitation.team}”`}
      lead={`${invitation.invitedBy} invites you to join the team as ${roleWords[invitation.role].one}.`}
    >
      {way === 'join' && user && <JoinAs token={token} user={user} />}
      {way === 'new' && <NewAccountForm token={token} />}
      {/* In this very page: the token is in its memory, and must be in no address and no storage. */}
      {way === 'login' && <LoginForm next="/invite" />}
      <div className={styles.ways}>
        {way === 'join' && <Button onClick={choose('login')}>Sign in as somebody else</Button>}
        {way === 'new' && <Button onClick={choose('login')}>I have an account</Button>}
        {way === 'login' && <Button onClick={choose('new')}>I have no account</Button>}
        {way !== 'join' && user && <Button onClick={choose('join')}>Join as {user.name}</Button>}
      </div>
    </Entrance>
  )
}

function Unusable() {
  return (
    <Entrance title="Join a team">
      <Notice tone="warn">
        This invite cannot be used: it was used already, was deleted, or has expired. Ask who gave you the link for a
        new one.
      </Notice>
      <Link to="/" className={buttonClass()}>
        Go to projects
      </Link>
    </Entrance>
  )
}

function NotLoaded({ error, onRetry }: { error: unknown; onRetry: () => Promise<unknown> }) {
  return (
    <Entrance title="Join a team">
      <LoadFailed what="The invite" error={error} onRetry={onRetry} />
    </Entrance>
  )
}

/** What an invite's token is for. It is kept by the page alone: the cache would ask for it again once it is used. */
const useInvitation = (token: string) => {
  const client = useClient()
  const [invitation, setInvitation] = useState<Invitation>()
  const [error, setError] = useState<unknown>()
  const look = useCallback(async () => {
    try {
      setInvitation(await client.invites.look(token))
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }, [client, token])
  useEffect(() => {
    void look()
  }, [look])
  return { invitation, error, look }
}
