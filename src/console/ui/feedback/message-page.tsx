import type { ReactNode } from 'react'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import common from '#console/ui/layout/common.module.css'
import styles from './message-page.module.css'

type MessagePageProps = {
  title: string
  children: ReactNode
  /** Links or buttons. */
  actions: ReactNode
}

/** A page that consists of one message. */
export function MessagePage({ title, children, actions }: MessagePageProps) {
  return (
    <div className={styles.page}>
      <h1 className={common.title}>{title}</h1>
      <div className={common.prose}>{children}</div>
      <div className={common.buttons}>{actions}</div>
    </div>
  )
}

/** Replaces a page while its code or session loads. Appears after 150 ms. */
export function PageLoading() {
  return (
    <p role="status" className={styles.loading}>
      Loading…
    </p>
  )
}

/** Tells a signed-in person that they are in no team: they were removed from their last one. */
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
