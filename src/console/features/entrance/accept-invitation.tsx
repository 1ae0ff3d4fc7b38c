import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router-dom'
import type { Client } from '#client/client.ts'
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
import common from '#console/ui/layout/common.module.css'
import { Entrance } from './entrance.tsx'
import { JoinAs } from './join-as.tsx'
import { LoginForm } from './login-form.tsx'
import { NewAccountForm } from './new-account-form.tsx'
import { useTokenLookup } from './use-token-lookup.ts'

const look = (client: Client, token: string) => client.invites.look(token)

type Step = 'join' | 'new' | 'login'

/** Accepts an invite: as the signed-in person, with a new account, or after signing in on this page. */
export function AcceptInvitation({ token }: { token: string }) {
  const { found: invitation, error, load } = useTokenLookup(look, token)
  const session = useQuery(sessionQuery(useClient()))
  const sessionError = useLoadError(session)
  const [chosen, setChosen] = useState<{ step: Step; for: string | undefined }>()
  const { user } = session.data ?? {}
  usePageTitle('Join a team', 'Gradient Secrets')

  if (hasCode(error, 'NOT_FOUND')) return <InviteUnusable />
  if (error !== undefined) return <InviteNotLoaded error={error} onRetry={load} />
  const isSignedOut = hasCode(sessionError, 'UNAUTHORIZED')
  if (sessionError !== undefined && !isSignedOut)
    return <InviteNotLoaded error={sessionError} onRetry={session.refetch} />
  if (!invitation || (!user && !isSignedOut)) return <PageLoading />
  // A choice is valid for the person who made it. After a sign-in as another person, ask again.
  const step = chosen && chosen.for === user?.id ? chosen.step : user ? 'join' : 'new'
  const choose = (next: Step) => () => setChosen({ step: next, for: user?.id })
  return (
    <Entrance
      title={`Join “${invitation.team}”`}
      lead={`${invitation.invitedBy} invites you to join the team as ${roleWords[invitation.role].one}.`}
    >
      {step === 'join' && user && <JoinAs token={token} user={user} />}
      {step === 'new' && <NewAccountForm token={token} role={invitation.role} />}
      {/* On this page, because the token is only in its memory: it must not be in an address or in storage. */}
      {step === 'login' && <LoginForm next="/invite" invite={token} />}
      <div className={common.buttons}>
        {step === 'join' && <Button onClick={choose('login')}>Sign in as somebody else</Button>}
        {step === 'new' && <Button onClick={choose('login')}>I have an account</Button>}
        {step === 'login' && <Button onClick={choose('new')}>I have no account</Button>}
        {step !== 'join' && user && <Button onClick={choose('join')}>Join as {user.name}</Button>}
      </div>
    </Entrance>
  )
}

function InviteUnusable() {
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

function InviteNotLoaded({ error, onRetry }: { error: unknown; onRetry: () => Promise<unknown> }) {
  return (
    <Entrance title="Join a team">
      <LoadFailed what="The invite" error={error} onRetry={onRetry} />
    </Entrance>
  )
}
