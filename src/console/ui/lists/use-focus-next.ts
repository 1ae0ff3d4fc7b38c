import { useCallback, useEffect, useRef } from 'react'

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
