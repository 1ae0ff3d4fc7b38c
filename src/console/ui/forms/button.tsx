import { type ComponentProps, type MouseEvent, useEffect, useId } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { classNames } from '#console/ui/layout/class-names.ts'
import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import styles from './button.module.css'

type ButtonLook = 'primary' | 'quiet' | 'danger' | 'plain'

type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  look?: ButtonLook
  busy?: boolean
  /** Label while busy, like “Adding…”. The button is always wide enough for it. */
  busyLabel?: string
  /** Why the button is disabled. It stays focusable, so that keyboard and screen reader users reach the reason. */
  disabledReason?: string | undefined
}

/** Returns the classes of a link that looks like a button. */
export const buttonClass = (look: ButtonLook = 'quiet') => classNames(styles.button, styles[look])

/** A button that ignores presses and keeps the focus while it is busy or has a `disabledReason`. */
export function Button({
  look = 'quiet',
  busy = false,
  busyLabel,
  disabledReason,
  className,
  onClick,
  children,
  ...rest
}: ButtonProps) {
  const announce = useAnnounce()
  const reasonId = useId()
  const off = busy || disabledReason !== undefined
  useEffect(() => {
    if (busy && busyLabel) announce(busyLabel)
  }, [busy, busyLabel, announce])
  const click = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) event.preventDefault()
    else onClick?.(event)
  }
  const described = disabledReason
    ? { 'aria-describedby': classNames(rest['aria-describedby'], reasonId), title: disabledReason }
    : {}
  return (
    <>
      <button
        type="button"
        {...rest}
        {...described}
        aria-disabled={off || undefined}
        aria-busy={busy || undefined}
        className={classNames(buttonClass(look), className)}
        onClick={click}
      >
        {busyLabel === undefined ? (
          children
        ) : (
          <span className={styles.labels}>
            <span className={classNames(styles.label, busy && styles.out)}>{children}</span>
            <span className={classNames(styles.label, !busy && styles.out)}>{busyLabel}</span>
          </span>
        )}
      </button>
      {disabledReason !== undefined && <VisuallyHidden id={reasonId}>{disabledReason}</VisuallyHidden>}
    </>
  )
}
