import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import type { DialogPopupProps } from './dialog-popup.tsx'

const Popup = loadWhenOpened(async () => (await import('./dialog-popup.tsx')).DialogPopup)

/** Asks before something is lost: Cancel has the focus, Escape closes, and the focus goes back to where it was. */
export function AlertDialog(props: DialogPopupProps) {
  return <Popup {...props} alert />
}

/** Asks for something in a small form: the first field has the focus; Escape and a press outside close it. */
export function Dialog(props: DialogPopupProps) {
  return <Popup {...props} alert={false} />
}
