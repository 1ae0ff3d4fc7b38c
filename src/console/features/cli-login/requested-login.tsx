import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { PageLoading } from '#console/features/frame/page-loading.tsx'
import { ConfirmationProvider } from '#console/features/session/use-confirmed.tsx'
import { SessionContext } from '#console/features/session/use-session.ts'
import { ClientProvider, useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { Select } from '#console/ui/forms/select.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import type { TeamSession } from '#shared/people/session.ts'
import { AllowLogin } from './allow-login.tsx'
import { LoginFacts } from './login-facts.tsx'
import { LoginOutcome, type Outcome } from './login-outcome.tsx'
import styles from './requested-login.module.css'
import { TypeCode } from './type-code.tsx'
import { useExpired } from './use-login-expired.ts'

/** Shows which command line asks under a code, and lets the person decide in one of their teams. */
export function AskedLogin({ code, session }: { code: string; session: TeamSession }) {
  const client = useClient()
  const query = useQuery({
    queryKey: ['cli-login', code],
    queryFn: () => client.cliLogins.look(code),
    // What was found is decided about as it was shown.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const { data } = query
  const error = useLoadError(query)
  const [team, setTeam] = useState(session.team)
  const [decided, setDecided] = useState<Outcome>()
  const expired = useExpired(data?.expiresIn)

  if (hasCode(error, 'NOT_FOUND')) return <TypeCode given={code} unknown />
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
