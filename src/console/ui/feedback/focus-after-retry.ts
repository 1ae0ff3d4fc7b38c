/** Puts the focus of an element that is about to be removed on the part of the page that the element is in. */
export const handOnFocus = (leaving: HTMLElement): void => {
  if (leaving !== document.activeElement) return
  const part = leaving.closest<HTMLElement>('section, main, [role=dialog], [role=alertdialog]')
  // Once it is gone, and what comes in its place has had its chance to take the focus.
  queueMicrotask(() => {
    const target = part?.isConnected ? part : document.querySelector('main')
    if (!target || document.activeElement !== document.body) return
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  })
}
