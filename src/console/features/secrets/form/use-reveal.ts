import { useCallback, useEffect, useState } from 'react'

const longest = 30_000

/** Whether a value is shown in clear: on demand, and for half a minute at most. */
export const useReveal = () => {
  const [revealed, setRevealed] = useState(false)

  useEffect(() => {
    if (!revealed) return
    const timer = setTimeout(() => setRevealed(false), longest)
    return () => clearTimeout(timer)
  }, [revealed])

  const hide = useCallback(() => setRevealed(false), [])
  const toggle = useCallback(() => setRevealed((before) => !before), [])
  return { revealed, hide, toggle }
}
