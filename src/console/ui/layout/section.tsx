import { type ReactNode, useId } from 'react'
import common from '#console/ui/layout/common.module.css'
import styles from './section.module.css'

type SectionProps = {
  heading: string
  /** Text next to the controls. */
  explanation?: ReactNode
  children: ReactNode
}

/** A section of a settings page: explanation left, controls right, stacked on narrow screens. */
export function Section({ heading, explanation, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.explanation}>
        <h2 id={id} className={common.heading}>
          {heading}
        </h2>
        {explanation}
      </div>
      <div className={styles.controls}>{children}</div>
    </section>
  )
}
