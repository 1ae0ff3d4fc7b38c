import { useEffect, useRef } from 'react'
import { Link, NavLink, type To, useLocation } from 'react-router-dom'
import common from '#console/ui/layout/common.module.css'
import styles from './tabs.module.css'

type TabsProps = {
  /** Accessible name of the navigation. */
  label: string
  tabs: readonly { to: string; label: string }[]
}

/** Tabs that are pages with their own addresses, hence links. */
export function Tabs({ label, tabs }: TabsProps) {
  const { pathname } = useLocation()
  const nav = useRef<HTMLElement>(null)
  // On narrow screens the tabs scroll. Keep the current one visible.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the current tab changes with the address
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current]')
    // Horizontally only: the restored vertical scroll position must stay.
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
  /** Accessible name of the navigation. */
  label: string
  views: readonly { label: string; to: To; current: boolean }[]
}

/** Switches a part of a page between views. The address keeps the choice, hence links. */
export function ViewLinks({ label, views }: ViewLinksProps) {
  return (
    <nav aria-label={label} className={common.rowActions}>
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
