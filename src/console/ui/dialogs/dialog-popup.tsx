import { AlertDialog as AlertParts } from '@base-ui/react/alert-dialog'
import { Dialog as DialogParts } from '@base-ui/react/dialog'
import { type ReactNode, useRef } from 'react'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import common from '#console/ui/layout/common.module.css'
import styles from './dialog.module.css'

export type DialogPopupProps = {
  open: boolean
  title: string
  /** Describes the consequence. Screen readers announce it with the title. */
  description?: ReactNode
  /** Form fields. */
  children?: ReactNode
  confirmLabel: ReactNode
  /** Label of the confirm button while `pending`. */
  busyLabel: string
  pending?: boolean
  /** Why the confirm button is disabled. */
  disabledReason?: string | undefined
  /** Message about the last failed attempt. */
  error?: ReactNode
  /** The error of the last attempt when a field shows it: the first invalid field gets the focus. */
  failed?: unknown
  onConfirm: () => void
  /** Called for Cancel, Escape, and a press outside a dialog that is not an alert. Not called while `pending`. */
  onClose: () => void
  /** Element that gets the focus after closing. Default: the element that had it before. */
  returnFocus?: (() => HTMLElement | null | undefined) | undefined
}

/** Returns whether something outside of a dialog took the focus while it closed, like the field of a new link. */
const isElsewhere = (): boolean => {
  const { activeElement } = document
  return activeElement !== document.body && activeElement?.closest('[role$=dialog]') === null
}

/** Renders {@link AlertDialog} and {@link Dialog}. A separate module, loaded when first opened. */
export function DialogPopup({ alert, ...props }: DialogPopupProps & { alert: boolean }) {
  const { open, title, description, children, confirmLabel, busyLabel, pending = false, disabledReason, error } = props
  const Parts = alert ? AlertParts : DialogParts
  const cancel = useRef<HTMLButtonElement>(null)
  const submit = () => {
    // The browser moves the focus out of an inert element only with the next frame: until then, Enter would confirm.
    if (open && !pending && disabledReason === undefined) props.onConfirm()
  }
  return (
    <Parts.Root open={open} onOpenChange={(next: boolean) => !next && !pending && props.onClose()}>
      <Parts.Portal>
        <Parts.Backdrop className={styles.backdrop} />
        <Parts.Viewport className={styles.viewport}>
          <Parts.Popup
            className={styles.popup}
            // A closing dialog keeps the focus until it is removed, so Enter after Escape would still confirm.
            inert={!open}
            initialFocus={alert ? cancel : true}
            finalFocus={() => props.returnFocus?.() ?? !isElsewhere()}
          >
            <Form className={styles.form} onSubmit={submit} failed={props.failed}>
              <Parts.Title className={styles.title}>{title}</Parts.Title>
              {description && <Parts.Description render={<div className={common.prose}>{description}</div>} />}
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
