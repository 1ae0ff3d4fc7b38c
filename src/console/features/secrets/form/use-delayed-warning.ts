import { useEffect, useRef, useState } from 'react'

const delay = 400

/**
 * Returns whether to show a warning about the `text` that the person types. A warning that `applies` shows after the
 * first pause, or at once for pasted text, and stays until it no longer applies.
 */
export const useDelayedWarning = (applies: boolean, text: string): boolean => {
  const [isShown, setShown] = useState(false)
  const length = useRef(text.length)

  useEffect(() => {
    const isPasted = Math.abs(text.length - length.current) > 1
    length.current = text.length
    if (!applies) {
      setShown(false)
      return
    }
    const timer = setTimeout(() => setShown(true), isPasted ? 0 : delay)
    return () => clearTimeout(timer)
  }, [applies, text])

  return applies && isShown
}
