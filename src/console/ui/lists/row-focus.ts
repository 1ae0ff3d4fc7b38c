import { type KeyboardEvent, useCallback, useEffect, useRef } from 'react'

/** Returns the row that an arrow key, Home or End moves to from row `index` of `count`; `undefined` for other keys. */
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

/** Identifies a button in a list: row `index`, `data-action` equal to `action`. */
export type RowButton = { index: number; action: string }

/** Returns the button that a movement key on a row's button moves to, and prevents the page from scrolling. */
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

/** Focuses a row's button, or its first focusable control. Returns false while the row is not rendered. */
export const focusRowButton = (list: Element | null, { index, action }: RowButton): boolean => {
  const row = list?.querySelector(`[data-index="${index}"]`)
  const button =
    row?.querySelector<HTMLElement>(`[data-action="${action}"]`) ?? row?.querySelector<HTMLElement>('textarea, button')
  button?.focus()
  return button !== null && button !== undefined
}

type Find = () => HTMLElement | null | undefined

/**
 * Returns a function that focuses an element as soon as a render makes `find` return it. For use when the focused
 * element is about to be removed. Gives up when another element takes the focus.
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
