import { type ReactNode, useRef } from 'react'
import { Link, NavLink } from 'react-router-dom'
import { useLive } from '#console/features/live/use-live.ts'
import { SearchButton } from '#console/features/search/search-button.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { AccountMenu } from './account-menu.tsx'
import styles from './frame.module.css'
import { Mark } from './logo.tsx'
import { TeamSwitcher } from './team-switcher.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { useArrival } from './use-navigation-focus.ts'

/** What is around every page of a team. */
export function Frame({ children }: { children: ReactNode }) {
  const { team } = useSession()
  const main = useRef<HTMLElement>(null)
  useArrival(main)
  useLive()
  return (
    <>
      <a href="#main" className={styles.skip}>
        Skip to content
      </a>
      <header className={styles.header}>
        <div className={styles.bar}>
          <Link
            to={`/${team.namespace}/projects`}
            className={styles.mark}
            aria-label="Gradient Secrets"
            title="Projects"
          >
            <Mark />
          </Link>
          <TeamSwitcher />
          <div className={styles.tools}>
            <SearchButton />
            <ThemeSwitch />
            <AccountMenu />
          </div>
        </div>
        <nav aria-label="Main" className={styles.nav}>
          <NavLink to={`/${team.namespace}/projects`} className={styles.link ?? ''}>
            Projects
          </NavLink>
          <NavLink to={`/${team.namespace}/settings`} className={styles.link ?? ''}>
            Team settings
          </NavLink>
        </nav>
      </header>
      <main ref={main} id="main" tabIndex={-1} className={styles.main}>
        {children}
      </main>
    </>
  )
}
