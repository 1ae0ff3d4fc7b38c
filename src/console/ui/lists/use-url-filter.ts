import { useEffect, useRef, useState } from 'react'
import { useLocation, useNavigation, useSearchParams } from 'react-router-dom'

const pause = 200

/**
 * The parameters of the address as it is now, with one of them changed, or taken out when it is empty. What the router
 * has drawn last may be older: another parameter may have been written at the same time.
 */
export const addressWith = (key: string, value: string): URLSearchParams => {
  const params = new URLSearchParams(window.location.search)
  if (value === '') params.delete(key)
  else params.set(key, value)
  return params
}

/**
 * The filter of a list as it is typed (`text`), and as it stands in the address (`q`), which follows after a pause.
 * The address changes in place: Back leaves the page instead of walking through what was typed. `key` is what the
 * address calls it.
 */
export const useUrlFilter = (key = 'q') => {
  const [params, setParams] = useSearchParams()
  const q = params.get(key) ?? ''
  const [text, setText] = useState(q)
  const written = useRef(q)
  const { pathname } = useLocation()
  const { location: next } = useNavigation()
  const leaving = next !== undefined && next.pathname !== pathname

  useEffect(() => {
    // Somebody else changed the address: a link, or Back.
    if (q !== written.current) {
      written.current = q
      setText(q)
    }
  }, [q])

  useEffect(() => {
    const wanted = text.trim()
    // To write while the code of another page is loaded would call off the way there.
    if (wanted === written.current || leaving) return
    const timer = setTimeout(
      () => {
        written.current = wanted
        setParams(addressWith(key, wanted), { replace: true, preventScrollReset: true })
      },
      // Clearing is one step, so there is nothing to wait for.
      wanted === '' ? 0 : pause,
    )
    return () => clearTimeout(timer)
  }, [key, text, leaving, setParams])

  return { text, setText, q: q.trim() }
}
