import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'react-router-dom'
import styles from './page-header.module.css'
import { Tabs } from './tabs.tsx'

type PageHeaderProps = {
  title: string
  /** The list this page is one of. */
  back?: { to: string; label: string }
  /** An ID, or the page's one loud button. */
  aside?: ReactNode
  tabs?: ComponentProps<typeof Tabs>['tabs']
}

/** Where one is: the way back, the name of the page, and its parts as tabs. */
export function PageHeader({ title, back, aside, tabs }: PageHeaderProps) {
  return (
    <header className={styles.header}>
      {back && (
        <Link to={back.to} className={styles.back}>
          ← {back.label}
        </Link>
      )}
      <div className={styles.line}>
        <h1 className={styles.title}>{title}</h1>
        {aside && <div className={styles.aside}>{aside}</div>}
      </div>
      {tabs && <Tabs label={title} tabs={tabs} />}
    </header>
  )
}
