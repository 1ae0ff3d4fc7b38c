import { Button } from '#console/ui/forms/button.tsx'
import { useNow } from '#console/ui/hooks/use-now.ts'
import { ScopeChip } from '#console/ui/layout/chip.tsx'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { ApiKey } from '#shared/people/api-key.ts'
import { absoluteTimeWords } from '#shared/relative-time-words.ts'
import styles from './api-keys.module.css'
import { accessWords, expiryWords } from './key-words.ts'

type ApiKeyRowProps = {
  apiKey: ApiKey
  /** Whether to show whose key it is. */
  withMember: boolean
  /** Whether the key was just created. */
  marked: boolean
  onRevoke: (apiKey: ApiKey) => void
  onRenew: ((apiKey: ApiKey) => void) | undefined
}

/** Renders one API key: its name, what it may do, and its last use. */
export function ApiKeyRow({ apiKey, withMember, marked, onRevoke, onRenew }: ApiKeyRowProps) {
  const { name, masked, access, project, cluster, member, dtCreated, lastUsed, expiresAt, addresses, renewedAs } =
    apiKey
  const whose = withMember ? ` of ${member?.name ?? 'the team'}` : ''
  return (
    <div className={classNames(styles.row, marked && styles.marked)}>
      <div className={styles.part}>
        <p className={common.strong}>
          {name}
          {withMember && <span className={styles.member}> — {member?.name ?? 'the team’s'}</span>}
        </p>
        <p className={styles.masked}>{masked}</p>
      </div>
      <div className={classNames(styles.part, styles.detail)}>
        <p>{accessWords(access)}</p>
        {project && (
          <p>
            only in <ScopeChip kind="project" /> {project.name}
          </p>
        )}
        {cluster && (
          <p>
            only on <ScopeChip kind="cluster" /> {cluster.name}
          </p>
        )}
        {addresses.length > 0 && <p>only from {addresses.join(', ')}</p>}
      </div>
      <div className={classNames(styles.part, styles.detail)}>
        <p>
          created <RelativeTime date={dtCreated} />
        </p>
        <p>
          {lastUsed ? (
            <>
              last used <RelativeTime date={lastUsed.at} /> from {lastUsed.from}
            </>
          ) : (
            'never used'
          )}
        </p>
        <KeyExpiry expiresAt={expiresAt} />
        {renewedAs !== null && <p>renewed</p>}
      </div>
      <div className={styles.action}>
        {onRenew && renewedAs === null && (
          <Button
            look="plain"
            data-action="renew"
            aria-label={`Renew ${name}${whose}`}
            aria-haspopup="dialog"
            onClick={() => onRenew(apiKey)}
          >
            Renew
          </Button>
        )}
        <Button
          look="plain"
          data-action="revoke"
          aria-label={`Revoke ${name}${whose}`}
          aria-haspopup="dialog"
          onClick={() => onRevoke(apiKey)}
        >
          Revoke
        </Button>
      </div>
    </div>
  )
}

/** Says when a key expires, with a warning colour if that is soon or past. */
function KeyExpiry({ expiresAt }: { expiresAt: string | null }) {
  const { text, state } = expiryWords(expiresAt, useNow())
  return (
    <p className={styles[state]}>
      {expiresAt === null ? (
        text
      ) : (
        <time dateTime={expiresAt} title={absoluteTimeWords(new Date(expiresAt))}>
          {text}
        </time>
      )}
    </p>
  )
}
