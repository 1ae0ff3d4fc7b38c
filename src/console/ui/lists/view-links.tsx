import { Link, type To } from 'react-router-dom'
import styles from './view-links.module.css'

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
