import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

type EmptyStateProps = {
  /** What there is none of. */
  text: string
  /** What it is for, an example, a button. */
  children?: ReactNode
}

export function EmptyState({ text, children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <p className={styles.text}>{text}</p>
      {children && <div className={styles.more}>{children}</div>}
    </div>
  )
}
