import type { ComponentProps } from 'react'
import { Button } from './button.tsx'
import styles from './save-button.module.css'

type SaveButtonProps = Omit<ComponentProps<typeof Button>, 'type'> & {
  /** Whether to say that it is done; see {@link useSaved}. */
  saved: boolean
}

/** The button that submits a form, and “Saved” beside it for a moment after. */
export function SaveButton({ saved, ...button }: SaveButtonProps) {
  return (
    <div className={styles.row}>
      <Button type="submit" {...button} />
      {saved && (
        <span aria-hidden className={styles.saved}>
          Saved
        </span>
      )}
    </div>
  )
}
