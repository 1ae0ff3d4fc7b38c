import { ChevronDown, Plus } from 'lucide-react'
import { type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { Link, NavLink, useLocation } from 'react-router-dom'
import { useLiveUpdates } from '#console/features/live/use-live-updates.ts'
import { SearchButton } from '#console/features/search/search-button.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { Menu } from '#console/ui/dialogs/menu.tsx'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { AccountMenu } from './account-menu.tsx'
import styles from './frame.module.css'
import { ThemeSwitch } from './theme-switch.tsx'

const NewTeamDialog = loadWhenOpened(
  async () => (await import('#console/features/teams/new-team-dialog.tsx')).NewTeamDialog,
)

/** Header, navigation and main element around every page of a team. */
export function Frame({ children }: { children: ReactNode }) {
  const { team, secondFactorNeeded } = useSession()
  const main = useRef<HTMLElement>(null)
  useNavigationFocus(main)
  useLiveUpdates(!secondFactorNeeded)
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
            <img src="/favicon.svg" alt="" width={28} height={28} />
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

/** Shows the team of the page, with a menu of the person's other teams. */
function TeamSwitcher() {
  const { team, teams } = useSession()
  const [making, setMaking] = useState(false)
  const others = teams.map(({ id, name, namespace }) => ({
    id,
    label: name,
    to: `/${namespace}/projects`,
    current: id === team.id,
  }))
  const add = { id: 'new', label: 'New team', icon: <Plus aria-hidden size={16} />, onSelect: () => setMaking(true) }
  return (
    <>
      <Menu label={`Team ${team.name}`} align="start" items={[...others, add]} className={styles.team ?? ''}>
        <span className={styles.kicker}>Team</span> <span className={styles.teamName}>{team.name}</span>
        <ChevronDown aria-hidden size={16} />
      </Menu>
      <NewTeamDialog open={making} onClose={() => setMaking(false)} />
    </>
  )
}

/** Focuses `main` after a navigation removed the focused element, like a page load does. */
const useNavigationFocus = (main: RefObject<HTMLElement | null>): void => {
  const { pathname } = useLocation()
  const lastPathname = useRef(pathname)
  useEffect(() => {
    if (lastPathname.current === pathname) return
    lastPathname.current = pathname
    // A closing dialog may move the focus first.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) main.current?.focus({ preventScroll: true })
    }, 100)
    return () => clearTimeout(timer)
  }, [pathname, main])
}
