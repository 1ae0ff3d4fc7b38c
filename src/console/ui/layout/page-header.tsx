import type { ComponentProps, ReactNode } from 'react'
import { Link } from 'react-router-dom'
import styles from './page-header.module.css'
import { Tabs } from './tabs.tsx'

type PageHeaderProps = {
  title: string
  /** Link to the list that contains this page. */
  back?: { to: string; label: string }
  /** An ID, or the page's primary button. */
  aside?: ReactNode
  tabs?: ComponentProps<typeof Tabs>['tabs']
}

/** The heading of a page, with a link back and tabs. */
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
