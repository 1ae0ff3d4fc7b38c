import { Button } from '#console/ui/forms/button.tsx'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { SecretVersion } from '#shared/version.ts'
import styles from './secret-history.module.css'
import { fingerprintWords, isCurrentValue, relationWords } from './version-words.ts'

type VersionRowProps = {
  name: string
  version: SecretVersion
  /** All loaded versions, to find those with the same value. */
  loaded: readonly SecretVersion[]
  denied: string | undefined
  onRestore: (version: SecretVersion) => void
  onPurge: (version: SecretVersion) => void
}

/** Renders one version: when and by whom it was set, its size, and which other versions have the same value. */
export function VersionRow({ name, version, loaded, denied, onRestore, onPurge }: VersionRowProps) {
  const { version: number, dtCreated, setBy, size, fingerprint, current } = version
  const relation = relationWords(version, loaded)
  const changesNothing = isCurrentValue(version, loaded) ? `${name} has this value already.` : undefined
  return (
    <div className={styles.version}>
      <div className={styles.what}>
        <p>
          <span className={common.strong}>Version {number}</span>{' '}
          {current && <span className={styles.current}>current</span>}
        </p>
        <p className={styles.facts}>
          set <RelativeTime date={dtCreated} /> by {setBy.name} · {countWords(size, 'byte')}
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
