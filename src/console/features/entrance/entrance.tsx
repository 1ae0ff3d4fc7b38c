import type { ReactNode } from 'react'
import common from '#console/ui/layout/common.module.css'
import styles from './entrance.module.css'

/** Layout of the pages outside a team: sign-in, set-up, invite, and command-line login. */
export function Entrance({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  return (
    <main className={styles.page}>
      <header className={styles.head}>
        <img src="/favicon.svg" alt="" width={40} height={40} />
        <h1 className={common.title}>{title}</h1>
        {lead && <p className={common.muted}>{lead}</p>}
      </header>
      {children}
    </main>
  )
}
