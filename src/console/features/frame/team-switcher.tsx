import { ChevronDown } from 'lucide-react'
import { useSession } from '#console/features/session/use-session.ts'
import { Menu } from '#console/ui/dialogs/menu.tsx'
import styles from './team-switcher.module.css'

/** Tells the team of the page, and leads to the others. */
export function TeamSwitcher() {
  const { team, teams } = useSession()
  const items = teams.map(({ id, name, namespace }) => ({
    id,
    label: name,
    to: `/${namespace}/projects`,
    current: id === team.id,
  }))
  return (
    <Menu label={`Team ${team.name}`} align="start" items={items} className={styles.button ?? ''}>
      <span className={styles.kicker}>Team</span> <span className={styles.name}>{team.name}</span>
      <ChevronDown aria-hidden size={16} />
    </Menu>
  )
}
