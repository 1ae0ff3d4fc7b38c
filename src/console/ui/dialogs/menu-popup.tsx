import { Menu as Parts } from '@base-ui/react/menu'
import { Check } from 'lucide-react'
import { type ReactNode, type RefObject, useRef } from 'react'
import { Link } from 'react-router-dom'
import styles from './menu.module.css'

export type MenuItem = {
  label: string
  icon?: ReactNode
  /** Key of the item, for items with equal labels. */
  id?: string
} & ({ to: string; current?: boolean } | { onSelect: () => void; checked?: boolean })

type MenuPopupProps = {
  open: boolean
  onClose: () => void
  id: string
  label: string
  items: readonly MenuItem[]
  about?: ReactNode
  footer?: ReactNode
  align: 'start' | 'end'
  /** Whether a key opened the menu: the first item then gets the focus. */
  byKeyboard: boolean
  opener: RefObject<HTMLButtonElement | null>
  /** Parent element of the menu in the document. */
  container: RefObject<HTMLElement | null>
}

/** Renders the open {@link Menu}. A separate module, loaded when first opened. */
export function MenuPopup({
  open,
  onClose,
  id,
  label,
  items,
  about,
  footer,
  align,
  opener,
  container,
  byKeyboard,
}: MenuPopupProps) {
  const popup = useRef<HTMLDivElement>(null)
  const focusFirstItem = (isOpen: boolean) => {
    if (isOpen && byKeyboard) popup.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus()
  }
  return (
    <Parts.Root open={open} onOpenChange={(next) => !next && onClose()} onOpenChangeComplete={focusFirstItem}>
      <Parts.Portal container={container}>
        <Parts.Positioner
          anchor={opener}
          align={align}
          sideOffset={6}
          collisionPadding={12}
          className={styles.positioner}
        >
          <Parts.Popup ref={popup} id={id} aria-label={label} finalFocus={opener} className={styles.popup}>
            {about && <div className={styles.about}>{about}</div>}
            <OptionalRadioGroup items={items}>
              {items.map((item) => (
                <Item key={item.id ?? item.label} item={item} />
              ))}
            </OptionalRadioGroup>
            {footer && <div className={styles.footer}>{footer}</div>}
          </Parts.Popup>
        </Parts.Positioner>
      </Parts.Portal>
    </Parts.Root>
  )
}

/** Wraps checkable items in a radio group. */
function OptionalRadioGroup({ items, children }: { items: readonly MenuItem[]; children: ReactNode }) {
  const choices = items.flatMap((item) => ('checked' in item ? [item] : []))
  if (choices.length === 0) return children
  const choose = (label: string) => choices.find((item) => item.label === label)?.onSelect()
  return (
    <Parts.RadioGroup value={choices.find(({ checked }) => checked)?.label} onValueChange={choose}>
      {children}
    </Parts.RadioGroup>
  )
}

function Item({ item }: { item: MenuItem }) {
  const content = (
    <>
      {item.icon}
      {item.label}
    </>
  )
  const mark = <Check aria-hidden size={16} className={styles.mark} />
  if ('to' in item) {
    return (
      <Parts.LinkItem
        closeOnClick
        className={styles.item}
        aria-current={item.current || undefined}
        render={<Link to={item.to} />}
      >
        {content}
        {item.current && mark}
      </Parts.LinkItem>
    )
  }
  return item.checked === undefined ? (
    <Parts.Item className={styles.item} onClick={item.onSelect}>
      {content}
    </Parts.Item>
  ) : (
    <Parts.RadioItem closeOnClick className={styles.item} value={item.label}>
      {content}
      {item.checked && mark}
    </Parts.RadioItem>
  )
}
