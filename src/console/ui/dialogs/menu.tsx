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
  /** Stands above the items. */
  about?: ReactNode
  /** Stands below the items. */
  footer?: ReactNode
  /** With which of the button's edges the menu lines up. */
  align?: 'start' | 'end'
  /** What the button shows. */
  children: ReactNode
} & Pick<ComponentProps<typeof Button>, 'className' | 'look'>

/** A button that opens a list of places to go or things to do. */
export function Menu({ label, items, about, footer, children, align = 'end', look = 'plain', className }: MenuProps) {
  const [open, setOpen] = useState(false)
  const [byKeyboard, setByKeyboard] = useState(false)
  const opener = useRef<HTMLButtonElement>(null)
  const place = useRef<HTMLSpanElement>(null)
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
        // A click by Enter or Space has no detail.
        onClick={({ detail }) => show(detail === 0)}
        onKeyDown={openByArrow}
      >
        {children}
      </Button>
      {/* In the landmark of its button, where those who walk by landmarks find it. */}
      <span ref={place} className={styles.place} />
      <Popup
        open={open}
        onClose={() => setOpen(false)}
        {...{ id, label, items, about, footer, align, opener, place, byKeyboard }}
      />
    </>
  )
}
