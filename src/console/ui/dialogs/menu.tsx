import { type ComponentProps, type KeyboardEvent, type ReactNode, useId, useRef, useState } from 'react'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import styles from './menu.module.css'
import type { MenuItem } from './menu-popup.tsx'

const Popup = loadWhenOpened(async () => (await import('./menu-popup.tsx')).MenuPopup)

type MenuProps = {
  /** Accessible name of the button and of the menu. */
  label: string
  items: readonly MenuItem[]
  /** Content above the items. */
  about?: ReactNode
  /** Content below the items. */
  footer?: ReactNode
  /** Edge of the button that the menu aligns with. */
  align?: 'start' | 'end'
  /** Content of the button. */
  children: ReactNode
} & Pick<ComponentProps<typeof Button>, 'className' | 'look'>

/** A button that opens a menu of links or actions. */
export function Menu({ label, items, about, footer, children, align = 'end', look = 'plain', className }: MenuProps) {
  const [open, setOpen] = useState(false)
  const [byKeyboard, setByKeyboard] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const container = useRef<HTMLSpanElement>(null)
  const id = useId()
  const show = (withKeyboard: boolean) => {
    setByKeyboard(withKeyboard)
    setOpen(true)
  }
  const openByArrow = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    show(true)
  }
  return (
    <>
      <Button
        ref={opener}
        look={look}
        {...(className ? { className } : {})}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        title={label}
        // `detail` is 0 for a click by Enter or Space.
        onClick={({ detail }) => show(detail === 0)}
        onKeyDown={openByArrow}
      >
        {children}
      </Button>
      {/* Keeps the menu in the landmark of its button, for screen reader users who navigate by landmarks. */}
      <span ref={container} className={styles.container} />
      <Popup
        open={open}
        onClose={() => setOpen(false)}
        {...{ id, label, items, about, footer, align, opener, container, byKeyboard }}
      />
    </>
  )
}
