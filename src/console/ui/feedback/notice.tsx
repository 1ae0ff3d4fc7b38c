import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import styles from './feedback.module.css'

const icons = { error: CircleAlert, warn: TriangleAlert, info: Info }

type NoticeProps = {
  /** Screen readers announce an error at once, a warning politely, and an info only in reading order. */
  tone: keyof typeof icons
  children: ReactNode
  /** Buttons after the text. */
  actions?: ReactNode
}

/** A message box: an error, a warning or an info. */
export function Notice({ tone, children, actions }: NoticeProps) {
  const Icon = icons[tone]
  const role = tone === 'error' ? 'alert' : tone === 'warn' ? 'status' : undefined
  return (
    <div role={role} className={classNames(styles.notice, styles[tone])}>
      <Icon aria-hidden size={18} className={styles.icon} />
      <div className={styles.body}>
        <div className={styles.text}>{children}</div>
        {actions && <div className={common.smallButtons}>{actions}</div>}
      </div>
    </div>
  )
}

/** Shows why the controls next to it are disabled. */
export function Reason({ children }: { children: string | undefined }) {
  return children === undefined ? null : <p className={common.note}>{children}</p>
}
