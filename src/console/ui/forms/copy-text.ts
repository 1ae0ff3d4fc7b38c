/** Puts a text on the clipboard; answers whether it is there. */
export const copyText = async (text: string): Promise<boolean> => {
  // Browsers give the clipboard to secure pages only; an installation in a private network may be served without TLS.
  if (!navigator.clipboard) return copyBySelection(text)
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

const copyBySelection = (text: string): boolean => {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.readOnly = true
  area.style.position = 'fixed'
  area.style.opacity = '0'
  // Inside of the dialog that may be open, for the focus is kept there.
  const host = focused?.closest('[role=dialog], [role=alertdialog]') ?? document.body
  host.append(area)
  area.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
    if (focused instanceof HTMLElement) focused.focus()
  }
}
