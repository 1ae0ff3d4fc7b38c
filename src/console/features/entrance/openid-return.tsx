import { useEffect, useRef, useState } from 'react'
import { Link, useLocation, useNavigate } from 'react-router-dom'
import { nextAddress } from '#console/features/session/login-address.ts'
import { confirmationChannel, takeNext } from '#console/features/session/openid.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { failureWords } from '#console/ui/feedback/failure-words.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { type OpenidPurpose, openidProblems, openidPurposes } from '#shared/people/openid.ts'
import { Entrance } from './entrance.tsx'
import { useStartSession } from './use-start-session.ts'

/** With what the identity provider sent the browser back. */
export type OpenidOutcome = { purpose: OpenidPurpose; ticket: string; problem: string | undefined }

/** Returns what the fragment of `/login` has of the identity provider, and removes it from the visible address. */
export const useOpenidOutcome = (): OpenidOutcome | undefined => {
  const { hash, pathname, search } = useLocation()
  const navigate = useNavigate()
  const [outcome] = useState(() => outcomeIn(hash))
  useEffect(() => {
    if (hash !== '') void navigate(pathname + search, { replace: true })
  }, [hash, pathname, search, navigate])
  return outcome
}

const outcomeIn = (hash: string): OpenidOutcome | undefined => {
  const parts = new URLSearchParams(hash.slice(1))
  const ticket = parts.get('ticket') ?? ''
  const problem = parts.get('problem') ?? undefined
  if (ticket === '' && problem === undefined) return undefined
  return { ticket, problem, purpose: openidPurposes.find((one) => one === parts.get('for')) ?? 'signIn' }
}

const titles = { signIn: 'Signing in', connect: 'Connecting your account', confirm: 'Confirming that it is you' }
const failedTitles = { signIn: 'Not signed in', connect: 'Not connected', confirm: 'Not confirmed' }

/** Trades the ticket for what the person went to the identity provider for. */
export function OpenidReturn({ outcome: { purpose, ticket, problem } }: { outcome: OpenidOutcome }) {
  const client = useClient()
  const navigate = useNavigate()
  const startSession = useStartSession()
  const [next] = useState(() => nextAddress(takeNext() ?? null))
  const [confirmed, setConfirmed] = useState(false)
  const trade = useAction(async () => {
    if (purpose === 'signIn') {
      return startSession(await client.openid.signIn(ticket), next)
    }
    if (purpose === 'connect') {
      await client.openid.connect(ticket)
      return navigate(next ?? '/', { replace: true })
    }
    await client.openid.confirm(ticket)
    const channel = confirmationChannel()
    channel.postMessage('confirmed')
    channel.close()
    setConfirmed(true)
    window.close()
  })
  // Once: the ticket is used up by the first try.
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current || problem !== undefined) return
    begun.current = true
    void trade.run()
  })
  const traded = trade.error === undefined ? undefined : failureWords(trade.error)
  const failure = problem === undefined ? traded : problemWords(problem)
  return (
    <Entrance title={(failure ? failedTitles : titles)[purpose]}>
      {failure ? (
        <>
          <Notice tone="error">{failure}</Notice>
          {purpose === 'signIn' && (
            // Not a link within the page: the outcome is in its memory.
            <a href="/login" className={buttonClass()}>
              Back to sign-in
            </a>
          )}
          {purpose === 'connect' && (
            <Link to={next ?? '/'} className={buttonClass()}>
              Back to your account
            </Link>
          )}
        </>
      ) : (
        <p role="status">{confirmed ? 'You have confirmed that it is you. Close this window.' : 'One moment…'}</p>
      )}
    </Entrance>
  )
}

const problemWords = (problem: string): string =>
  Object.entries(openidProblems).find(([name]) => name === problem)?.[1] ?? openidProblems.invalid
