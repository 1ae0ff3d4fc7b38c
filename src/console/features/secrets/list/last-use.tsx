import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import { usedByWords } from '#shared/workload/secret-use-words.ts'
import styles from './secret-row.module.css'

/** When a workload got a secret last and by whose key; which version, if there is a newer one by now. */
export function LastUse({ secret: { lastUse, version } }: { secret: Secret }) {
  if (lastUse === undefined) return null
  if (lastUse === null) return <p className={styles.used}>never used</p>
  return (
    <p className={styles.used} title={`Used ${usedByWords(lastUse)}, a key of ${lastUse.by.name}`}>
      used <RelativeTime date={lastUse.at} /> by key {lastUse.key.name}
      {lastUse.version !== version && (
        <>
          {', '}
          <span className={styles.older}>
            version {lastUse.version} (now {version})
          </span>
        </>
      )}
    </p>
  )
}
