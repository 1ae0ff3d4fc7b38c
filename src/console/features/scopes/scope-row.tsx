import { Link } from 'react-router-dom'
import { classNames } from '#console/ui/layout/class-names.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import styles from './scope-list.module.css'
import type { ScopeRecord } from './scope-queries.ts'
import { clusterTypeWords, counted } from './scope-words.ts'

/** One project or cluster of a list; `to` is its page. */
export function ScopeRow({ record, to }: { record: ScopeRecord; to: string }) {
  const { id, name, secrets, dtCreated } = record
  const typed = 'type' in record
  return (
    <li className={classNames(styles.row, typed && styles.typed)}>
      <Link to={to} className={styles.name}>
        {name}
      </Link>
      {typed && <span className={styles.detail}>{clusterTypeWords[record.type]}</span>}
      <span className={classNames(styles.detail, styles.id)}>{id}</span>
      <span className={styles.detail}>{secrets === 0 ? 'No secrets' : counted(secrets, 'secret', 'secrets')}</span>
      <span className={classNames(styles.detail, styles.last)}>
        created <RelativeTime date={dtCreated} />
      </span>
    </li>
  )
}
