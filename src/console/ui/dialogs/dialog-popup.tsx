import { AlertDialog as AlertParts } from '@base-ui/react/alert-dialog'
import { Dialog as DialogParts } from '@base-ui/react/dialog'
import { type ReactNode, useRef } from 'react'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import styles from './dialog.module.css'

export type DialogPopupProps = {
  open: boolean
  title: string
  /** What will happen; read out together with the title. */
  description?: ReactNode
  /** Fields. */
  children?: ReactNode
  confirmLabel: ReactNode
  /** What the confirming button says while `pending`. */
  busyLabel: string
  pending?: boolean
  /** Why it cannot be confirmed yet. */
  disabledReason?: string | undefined
  /** What went wrong with the last attempt. */
  error?: ReactNode
  /** What the last attempt was refused with, when a field tells it. */
  failed?: unknown
  onConfirm: () => void
  /** Cancel, Escape, and a press outside of a dialog that is no alert. Not called while `pending`. */
  onClose: () => void
  /** Where the focus goes after closing, when not back to where it was before. */
  returnFocus?: (() => HTMLElement | null | undefined) | undefined
}

/** The body of {@link AlertDialog} and {@link Dialog}; a module of its own so that it is loaded when first opened. */
export function DialogPopup({ alert, ...props }: DialogPopupProps & { alert: boolean }) {
  const { open, title, description, children, confirmLabel, busyLabel, pending = false, disabledReason, error } = props
  const Parts = alert ? AlertParts : DialogParts
  const cancel = useRef<HTMLButtonElement>(null)
  const submit = () => {
    if (!pending && disabledReason === undefined) props.onConfirm()
  }
  return (
    <Parts.Root open={open} onOpenChange={(next: boolean) => !next && !pending && props.onClose()}>
      <Parts.Portal>
        <Parts.Backdrop className={styles.backdrop} />
        <Parts.Viewport className={styles.viewport}>
          <Parts.Popup
            className={styles.popup}
            // The focus stays in a closing dialog until it is removed: Enter after Escape would still confirm.
            inert={!open}
            initialFocus={alert ? cancel : true}
            finalFocus={() => props.returnFocus?.() ?? true}
          >
            <Form className={styles.form} onSubmit={submit} failed={props.failed}>
              <Parts.Title className={styles.title}>{title}</Parts.Title>
              {description && <Parts.Description render={<div className={styles.description}>{description}</div>} />}
              {children}
              {error && <Notice tone="error">{error}</Notice>}
              <div className={styles.actions}>
                <Button
                  ref={cancel}
                  disabledReason={pending ? 'Wait until this is done.' : undefined}
                  onClick={props.onClose}
                >
                  Cancel
                </Button>
                <Button
                  type="submit"
                  look={alert ? 'danger' : 'primary'}
                  busy={pending}
                  busyLabel={busyLabel}
                  disabledReason={disabledReason}
                >
                  {confirmLabel}
                </Button>
              </div>
            </Form>
          </Parts.Popup>
        </Parts.Viewport>
      </Parts.Portal>
    </Parts.Root>
  )
}
