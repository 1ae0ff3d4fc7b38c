import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import styles from './secret-form.module.css'

/** Says, before it is added, that a name is stored here already. */
export function TakenName({ secret: { name, setBy, dtModified } }: { secret: Secret }) {
  return (
    <p className={styles.taken}>
      <code>{name}</code> is stored here already, set <RelativeTime date={dtModified} /> by {setBy.name}. You will be
      asked before it is replaced.
    </p>
  )
}
