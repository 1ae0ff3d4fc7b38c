import type { ReactNode } from 'react'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
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

/** Stands for a page whose code or session is being loaded; to be seen when that takes long only. */
export function PageLoading() {
  return (
    <p role="status" className={styles.loading}>
      Loading…
    </p>
  )
}

/** For somebody who is signed in and in no team: they were taken out of the last one. */
export function NoTeamMessage() {
  usePageTitle('No team')
  return (
    <MessagePage
      title="You are not in a team"
      actions={
        <a href="/login" className={buttonClass()}>
          Sign in as somebody else
        </a>
      }
    >
      <p>Ask a member of a team for an invitation, and open its link in this browser.</p>
    </MessagePage>
  )
}
