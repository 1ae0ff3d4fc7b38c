import { useNow } from '#console/ui/hooks/use-now.ts'
import { absoluteTimeWords } from '#shared/relative-time-words.ts'
import styles from './api-key-row.module.css'
import { expiryWords } from './key-words.ts'

/** When a key ends, in the colour of a warning when that is soon, or has been. */
export function KeyExpiry({ expiresAt }: { expiresAt: string | null }) {
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
