import type { ReactNode } from 'react'
import styles from './lists.module.css'

type EmptyStateProps = {
  /** What there is none of. */
  text: string
  /** What it is for, an example, a button. */
  children?: ReactNode
}

export function EmptyState({ text, children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <p className={styles.emptyText}>{text}</p>
      {children && <div className={styles.emptyMore}>{children}</div>}
    </div>
  )
}
