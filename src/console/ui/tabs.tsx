import { NavLink } from 'react-router-dom'
import styles from './tabs.module.css'

type TabsProps = {
  /** Accessible name: what the tabs are parts of. */
  label: string
  tabs: readonly { to: string; label: string }[]
}

/** Tabs that are pages with addresses of their own, hence links. */
export function Tabs({ label, tabs }: TabsProps) {
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end className={styles.tab ?? ''}>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  )
}
