import { type RefObject, useEffect, useRef } from 'react'
import { useLocation } from 'react-router-dom'

/** Puts the focus on a new page when what had it is gone with the page before, as a browser does when it loads one. */
export const useArrival = (main: RefObject<HTMLElement | null>): void => {
  const { pathname } = useLocation()
  const arrived = useRef(pathname)
  useEffect(() => {
    if (arrived.current === pathname) return
    arrived.current = pathname
    // A closing dialog moves the focus first.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body) main.current?.focus({ preventScroll: true })
    }, 100)
    return () => clearTimeout(timer)
  }, [pathname, main])
}
