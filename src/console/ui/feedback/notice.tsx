import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#console/ui/layout/class-names.ts'
import styles from './feedback.module.css'

const icons = { error: CircleAlert, warn: TriangleAlert, info: Info }

type NoticeProps = {
  /** An error interrupts a screen reader, a warning waits its turn, an info is read when it is come upon. */
  tone: keyof typeof icons
  children: ReactNode
  /** Buttons. */
  actions?: ReactNode
}

/** A box that says something about what is being done here. */
export function Notice({ tone, children, actions }: NoticeProps) {
  const Icon = icons[tone]
  const role = tone === 'error' ? 'alert' : tone === 'warn' ? 'status' : undefined
  return (
    <div role={role} className={classNames(styles.notice, styles[tone])}>
      <Icon aria-hidden size={18} className={styles.icon} />
      <div className={styles.body}>
        <div className={styles.text}>{children}</div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
    </div>
  )
}

/** Says in the page why the controls beside it cannot be used. */
export function Reason({ children }: { children: string | undefined }) {
  return children === undefined ? null : <p className={styles.reason}>{children}</p>
}
