import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigation, useSearchParams } from 'react-router-dom'

const debounce = 200

/**
 * Returns the current search parameters with one changed, or removed when `value` is empty. Reads them from `window`:
 * the router's rendered parameters may miss one that was written at the same time.
 */
export const addressWith = (key: string, value: string): URLSearchParams => {
  const params = new URLSearchParams(window.location.search)
  if (value === '') params.delete(key)
  else params.set(key, value)
  return params
}

/**
 * Returns the filter of a list as typed (`text`) and as in the address (`q`), which follows debounced. The address is
 * replaced, so Back leaves the page instead of undoing keystrokes. `key` is the name of the search parameter.
 */
export const useUrlFilter = (key = 'q') => {
  const [params, setParams] = useSearchParams()
  const q = params.get(key) ?? ''
  const [text, setText] = useState(q)
  const written = useRef(q)
  const { pathname } = useLocation()
  const { location: next } = useNavigation()
  const isNavigating = next !== undefined && next.pathname !== pathname

  useEffect(() => {
    // A link or Back changed the address.
    if (q !== written.current) {
      written.current = q
      setText(q)
    }
  }, [q])

  useEffect(() => {
    const wanted = text.trim()
    // Writing the address would cancel a pending navigation to another page.
    if (wanted === written.current || isNavigating) return
    const timer = setTimeout(
      () => {
        written.current = wanted
        setParams(addressWith(key, wanted), { replace: true, preventScrollReset: true })
      },
      // Clearing is one step: no debounce needed.
      wanted === '' ? 0 : debounce,
    )
    return () => clearTimeout(timer)
  }, [key, text, isNavigating, setParams])

  return { text, setText, q: q.trim() }
}
