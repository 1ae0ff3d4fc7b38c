import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { ConfirmationProvider } from '#console/features/session/use-confirmed.tsx'
import { SessionContext } from '#console/features/session/use-session.ts'
import { ClientProvider, useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { PageLoading } from '#console/ui/feedback/message-page.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Select } from '#console/ui/forms/select.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import type { CliLogin } from '#shared/people/cli-login.ts'
import type { TeamSession } from '#shared/people/session.ts'
import { AllowLogin } from './allow-login.tsx'
import { EnterCode } from './enter-code.tsx'
import { LoginOutcome, type Outcome } from './login-outcome.tsx'
import styles from './requested-login.module.css'

/** Shows the login that a command line requested, and lets the person allow or deny it in one of their teams. */
export function RequestedLogin({ code, session }: { code: string; session: TeamSession }) {
  const client = useClient()
  const query = useQuery({
    queryKey: ['cli-login', code],
    queryFn: () => client.cliLogins.look(code),
    // The person decides about exactly what was shown, so it must not change.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const { data } = query
  const error = useLoadError(query)
  const [team, setTeam] = useState(session.team)
  const [decided, setDecided] = useState<Outcome>()
  const expired = useLoginExpired(data?.expiresIn)

  if (hasCode(error, 'NOT_FOUND')) return <EnterCode given={code} unknown />
  if (error !== undefined) {
    return (
      <Entrance title="Sign a command line in">
        <LoadFailed what="The command line" error={error} onRetry={query.refetch} />
      </Entrance>
    )
  }
  if (!data) return <PageLoading />
  const outcome = decided ?? { waiting: expired && 'expired', allowed: 'taken', denied: 'denied' }[data.state]
  if (outcome) return <LoginOutcome outcome={outcome as Outcome} device={data.device} team={team} />
  const choose = (id: string) => setTeam(session.teams.find((one) => one.id === id) ?? team)
  return (
    <Entrance title="Sign a command line in" lead="It asks for an API key of yours.">
      <div className={styles.card}>
        <LoginFacts login={data} />
        {session.teams.length > 1 && (
          <Select
            label="Team"
            value={team.id}
            onChange={choose}
            options={session.teams.map(({ id, name }) => ({ value: id, label: name }))}
          />
        )}
        <ClientProvider key={team.id} namespace={team.namespace}>
          <SessionContext value={{ ...session, team }}>
            <ConfirmationProvider>
              <AllowLogin login={data} onDecided={setDecided} />
            </ConfirmationProvider>
          </SessionContext>
        </ClientProvider>
      </div>
    </Entrance>
  )
}

/** Lists what is known about the command line, to compare with one's own terminal. */
function LoginFacts({ login }: { login: CliLogin }) {
  const { code, device, from, here } = login
  return (
    <>
      <div className={styles.question}>
        <p>Does your terminal show this code?</p>
        <p className={styles.code}>{code}</p>
      </div>
      <dl className={styles.facts}>
        <dt>Computer</dt>
        <dd>
          It calls itself <bdi className={styles.mono}>{device}</bdi>.
        </dd>
        <dt>Asked from</dt>
        <dd>
          <span className={styles.mono}>{from}</span>
          {from === here ? ', where this browser is too.' : '.'}
        </dd>
      </dl>
      {from !== here && (
        <Notice tone="warn">
          This browser is at another address, {here}. That is right only for a computer that you work on from afar.
        </Notice>
      )}
      <Notice tone="info">
        Allow it only if you have just typed “gradient login” yourself. If somebody sent you here, the key would be
        theirs.
      </Notice>
    </>
  )
}

/** Returns whether this many seconds have passed since the value was first passed. */
const useLoginExpired = (seconds: number | undefined): boolean => {
  const [expired, setExpired] = useState(false)
  useEffect(() => {
    if (seconds === undefined) return
    const timer = setTimeout(() => setExpired(true), seconds * 1000)
    return () => clearTimeout(timer)
  }, [seconds])
  return expired
}
