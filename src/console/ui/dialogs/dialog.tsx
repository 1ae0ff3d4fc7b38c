import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import type { DialogPopupProps } from './dialog-popup.tsx'

const Popup = loadWhenOpened(async () => (await import('./dialog-popup.tsx')).DialogPopup)

/** Asks before a destructive action. Cancel has the focus; Escape closes; the focus then returns to where it was. */
export function AlertDialog(props: DialogPopupProps) {
  return <Popup {...props} alert />
}

type ActionDialogProps = Omit<DialogPopupProps, 'pending' | 'error' | 'onConfirm'> & {
  action: { run: () => Promise<void>; pending: boolean; error: unknown }
}

/** Asks before a destructive action, runs it, and says why it failed. */
export function ActionDialog({ action: { run, pending, error }, ...rest }: ActionDialogProps) {
  return <AlertDialog {...rest} pending={pending} error={formFailure(error, [])} onConfirm={() => void run()} />
}

/** Shows a small form. The first field has the focus; Escape and a press outside close it. */
export function Dialog(props: DialogPopupProps) {
  return <Popup {...props} alert={false} />
}
