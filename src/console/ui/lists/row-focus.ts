import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react'

/** The row that a movement key leads to from row `index` of `count`; `undefined` for other keys. */
export const rowAfterKey = (key: string, index: number, count: number): number | undefined => {
  switch (key) {
    case 'ArrowUp':
      return Math.max(0, index - 1)
    case 'ArrowDown':
      return Math.min(count - 1, index + 1)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return undefined
  }
}

/** A button in a list: that of the row `index` whose `data-action` is `action`. */
export type RowButton = { index: number; action: string }

/** The button that a key pressed on a row's button leads to, if it is a movement key. The page does not scroll then. */
export const buttonAfterKey = (event: KeyboardEvent, count: number): RowButton | undefined => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !(event.target instanceof Element)) return
  const action = event.target.closest<HTMLElement>('[data-action]')?.dataset.action
  const row = event.target.closest<HTMLElement>('[data-index]')?.dataset.index
  if (action === undefined || row === undefined) return
  const index = rowAfterKey(event.key, Number(row), count)
  if (index === undefined) return
  event.preventDefault()
  return { index, action }
}

/** Puts the focus on a row's button, or on the first thing that can have it; false while the row is not there. */
export const focusRowButton = (list: Element | null, { index, action }: RowButton): boolean => {
  const row = list?.querySelector(`[data-index="${index}"]`)
  const button =
    row?.querySelector<HTMLElement>(`[data-action="${action}"]`) ?? row?.querySelector<HTMLElement>('textarea, button')
  button?.focus()
  return button !== null && button !== undefined
}

type Find = () => HTMLElement | null | undefined

/**
 * Puts the focus on something that may come into the page with any of the next renderings, because what had it goes out
 * of the page; unless something else has got it meanwhile.
 */
export const useFocusNext = () => {
  const wanted = useRef<Find>(undefined)
  useEffect(() => {
    if (!wanted.current) return
    const target = document.activeElement === document.body ? wanted.current() : undefined
    if (!target && document.activeElement === document.body) return
    target?.focus()
    wanted.current = undefined
  })
  return useCallback((find: Find) => {
    wanted.current = find
  }, [])
}
