import { byteCount } from '#console/features/secrets/form/size-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { SecretVersion } from '#shared/version.ts'
import styles from './secret-history.module.css'
import { fingerprintWords, isCurrentValue, relationWords } from './version-words.ts'

type VersionRowProps = {
  name: string
  version: SecretVersion
  /** All that are shown, to tell which are alike. */
  known: readonly SecretVersion[]
  denied: string | undefined
  onRestore: (version: SecretVersion) => void
  onPurge: (version: SecretVersion) => void
}

/** One version: when and by whom it was set, how large it is, and which others have its value. */
export function VersionRow({ name, version, known, denied, onRestore, onPurge }: VersionRowProps) {
  const { version: number, dtCreated, setBy, size, fingerprint, current } = version
  const relation = relationWords(version, known)
  const changesNothing = isCurrentValue(version, known) ? `${name} has this value already.` : undefined
  return (
    <div className={styles.version}>
      <div className={styles.what}>
        <p>
          <span className={styles.number}>Version {number}</span>{' '}
          {current && <span className={styles.current}>current</span>}
        </p>
        <p className={styles.facts}>
          set <RelativeTime date={dtCreated} /> by {setBy.name} · {byteCount(size)}
          {fingerprint !== null && (
            <>
              {' · '}fingerprint <code>{fingerprintWords(fingerprint)}</code>
            </>
          )}
        </p>
        {relation && <p className={styles.relation}>{relation}</p>}
      </div>
      <div className={styles.actions}>
        {!current && (
          <>
            <Button
              look="plain"
              data-action="restore"
              aria-label={`Restore version ${number} of ${name}`}
              aria-haspopup="dialog"
              disabledReason={denied ?? changesNothing}
              onClick={() => onRestore(version)}
            >
              Restore
            </Button>
            <Button
              look="plain"
              data-action="purge"
              aria-label={`Purge version ${number} of ${name}`}
              aria-haspopup="dialog"
              disabledReason={denied}
              onClick={() => onPurge(version)}
            >
              Purge
            </Button>
          </>
        )}
      </div>
    </div>
  )
}
