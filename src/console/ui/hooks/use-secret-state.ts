import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

/** State for what is secret: it is forgotten with its component, and when the page is left for another one. */
export const useSecretState = <Value>(empty: Value) => {
  const [value, setValue] = useState(empty)
  const { current: nothing } = useRef(empty)

  useEffect(() => {
    // The browser may keep the whole page for its Back button, and with it what was typed; nothing runs later.
    const forget = () => flushSync(() => setValue(nothing))
    window.addEventListener('pagehide', forget)
    return () => window.removeEventListener('pagehide', forget)
  }, [nothing])

  return [value, setValue] as const
}
