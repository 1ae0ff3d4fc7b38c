import { useEffect, useRef } from 'react'
import { Link, NavLink, type To, useLocation } from 'react-router-dom'
import styles from './tabs.module.css'

type TabsProps = {
  /** Accessible name: what the tabs are parts of. */
  label: string
  tabs: readonly { to: string; label: string }[]
}

/** Tabs that are pages with addresses of their own, hence links. */
export function Tabs({ label, tabs }: TabsProps) {
  const { pathname } = useLocation()
  const nav = useRef<HTMLElement>(null)
  // Where they have no room beside each other, they are scrolled: the page's own must be in sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current tab changes with the address
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]')
    // Sideways only: the page may be scrolled down already, as it was left.
    if (nav.current && current) {
      nav.current.scrollLeft =
        current.offsetLeft - nav.current.offsetLeft - nav.current.clientWidth + current.offsetWidth
    }
  }, [pathname])
  return (
    <nav ref={nav} aria-label={label} className={styles.tabs}>
      {tabs.map((tab) => (
        <NavLink key={tab.to} to={tab.to} end className={styles.tab ?? ''}>
          {tab.label}
        </NavLink>
      ))}
    </nav>
  )
}

type ViewLinksProps = {
  /** Accessible name: what these are views of. */
  label: string
  views: readonly { label: string; to: To; current: boolean }[]
}

/** What else a part of a page can show in its place; the address keeps which, hence links. */
export function ViewLinks({ label, views }: ViewLinksProps) {
  return (
    <nav aria-label={label} className={styles.views}>
      {views.map(({ label, to, current }) => (
        <Link
          key={label}
          to={to}
          preventScrollReset
          aria-current={current ? 'true' : undefined}
          className={styles.view ?? ''}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
