import { type ReactNode, useId } from 'react'
import styles from './section.module.css'

type SectionProps = {
  heading: string
  /** What this is and does, beside the controls. */
  explanation?: ReactNode
  children: ReactNode
}

/** A part of a settings page: the explanation on the left, the controls on the right, stacked where there is no room. */
export function Section({ heading, explanation, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={styles.section}>
      <div className={styles.explanation}>
        <h2 id={id} className={styles.heading}>
          {heading}
        </h2>
        {explanation}
      </div>
      <div className={styles.controls}>{children}</div>
    </section>
  )
}
