import { useEffect, useState } from 'react'
import { flushSync } from 'react-dom'

/** A value being typed. It is forgotten with the form, and when the page is left for another one. */
export const useTypedValue = () => {
  const [value, setValue] = useState('')

  useEffect(() => {
    // The browser may keep the whole page for its Back button, and with it what was typed; nothing runs later.
    const forget = () => flushSync(() => setValue(''))
    window.addEventListener('pagehide', forget)
    return () => window.removeEventListener('pagehide', forget)
  }, [])

  return [value, setValue] as const
}
