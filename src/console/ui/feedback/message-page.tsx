import type { ReactNode } from 'react'
import styles from './message-page.module.css'

type MessagePageProps = {
  title: string
  children: ReactNode
  /** Ways on. */
  actions: ReactNode
}

/** A page that has nothing but something to say. */
export function MessagePage({ title, children, actions }: MessagePageProps) {
  return (
    <div className={styles.page}>
      <h1 className={styles.title}>{title}</h1>
      <div className={styles.text}>{children}</div>
      <div className={styles.actions}>{actions}</div>
    </div>
  )
}
