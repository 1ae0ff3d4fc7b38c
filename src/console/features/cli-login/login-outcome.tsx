import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'react-router-dom'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { buttonClass } from '#console/ui/forms/button.tsx'
import common from '#console/ui/layout/common.module.css'
import { loginKeyName, loginMinutes } from '#shared/people/cli-login.ts'
import type { Team } from '#shared/people/session.ts'
import styles from './requested-login.module.css'

/** `taken`: the login was already allowed when this page opened. */
export type Outcome = 'allowed' | 'taken' | 'denied' | 'expired'

type LoginOutcomeProps = { outcome: Outcome; device: string; team: Team }

/** Shows the result of a command line's login. */
export function LoginOutcome({ outcome, device, team }: LoginOutcomeProps) {
  const text = useRef<HTMLDivElement>(null)
  // The focused button was removed.
  useEffect(() => text.current?.focus(), [])
  const [title, words] = wordsOf(device)[outcome]
  const isKeyMade = outcome === 'allowed' || outcome === 'taken'
  return (
    <Entrance title={title}>
      <div ref={text} tabIndex={-1} className={styles.outcome}>
        {words}
      </div>
      <div className={common.buttons}>
        {isKeyMade && (
          <Link to={`/${team.namespace}/settings/api-keys`} className={buttonClass()}>
            API keys
          </Link>
        )}
        <Link to={`/${team.namespace}/projects`} className={buttonClass()}>
          Go to projects
        </Link>
      </div>
    </Entrance>
  )
}

const wordsOf = (device: string): Record<Outcome, [title: string, words: ReactNode]> => ({
  allowed: [
    'The command line is allowed',
    <>
      <p>Go back to your terminal: it is signed in within seconds. You can close this page.</p>
      <p>
        Its key is in the list of API keys as “{loginKeyName(device)}”. Revoke it there when the computer should not
        have it any more.
      </p>
    </>,
  ],
  taken: [
    'This code was allowed already',
    <p key="words">
      The command line is signed in. If that was not you, tell who looks after this team, and look into the API keys.
    </p>,
  ],
  denied: [
    'The command line is denied',
    <p key="words">
      “{device}” gets no key, and is told so. If you want to sign in after all, run “gradient login” again.
    </p>,
  ],
  expired: [
    'The code has expired',
    <p key="words">
      Nothing was allowed: a code is good for {loginMinutes} minutes. Run “gradient login” again for a new one.
    </p>,
  ],
})
