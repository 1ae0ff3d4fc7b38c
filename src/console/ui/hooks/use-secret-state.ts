import { useEffect, useRef, useState } from 'react'
import { flushSync } from 'react-dom'

/** State for a secret value. It is cleared when the component unmounts and when the browser leaves the page. */
export const useSecretState = <Value>(empty: Value) => {
  const [value, setValue] = useState(empty)
  const { current: nothing } = useRef(empty)

  useEffect(() => {
    // The back/forward cache may keep the page with its state. `flushSync`, because nothing runs after this event.
    const forget = () => flushSync(() => setValue(nothing))
    window.addEventListener('pagehide', forget)
    return () => window.removeEventListener('pagehide', forget)
  }, [nothing])

  return [value, setValue] as const
}
