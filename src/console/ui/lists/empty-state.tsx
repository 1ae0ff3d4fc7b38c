import type { ReactNode } from 'react'
import styles from './lists.module.css'

type EmptyStateProps = {
  /** Says what the list would contain. */
  text: string
  /** Explanation, example or button. */
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
