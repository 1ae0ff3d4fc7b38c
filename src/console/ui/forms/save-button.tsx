import type { ComponentProps } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { useTransientValue } from '#console/ui/hooks/use-transient-value.ts'
import styles from './button.module.css'
import { Button } from './button.tsx'

type SaveButtonProps = Omit<ComponentProps<typeof Button>, 'type'> & {
  /** Whether to show “Saved”: see {@link useSaved}. */
  saved: boolean
}

/** The button that submits a form, with “Saved” next to it for a moment afterwards. */
export function SaveButton({ saved, ...button }: SaveButtonProps) {
  return (
    <div className={styles.save}>
      <Button type="submit" {...button} />
      {saved && (
        <span aria-hidden className={styles.saved}>
          Saved
        </span>
      )}
    </div>
  )
}

/** Whether to show “Saved”, and a function that shows it for four seconds and announces it to screen readers. */
export const useSaved = () => {
  const [saved = false, setSaved] = useTransientValue<boolean>(4000)
  const announce = useAnnounce()
  const showSaved = () => {
    setSaved(true)
    announce('Saved')
  }
  return { saved, showSaved }
}
