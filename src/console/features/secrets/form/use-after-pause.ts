import { useEffect, useRef, useState } from 'react'

const pause = 400

/**
 * Whether something that is `true` of a `text` being typed may be told: after the first pause, or at once when the
 * text came in one piece, as a pasted one does. Once told, it stays until it is no longer true.
 */
export const useAfterPause = (isTrue: boolean, text: string): boolean => {
  const [told, setTold] = useState(false)
  const length = useRef(text.length)

  useEffect(() => {
    const leap = Math.abs(text.length - length.current) > 1
    length.current = text.length
    if (!isTrue) {
      setTold(false)
      return
    }
    const timer = setTimeout(() => setTold(true), leap ? 0 : pause)
    return () => clearTimeout(timer)
  }, [isTrue, text])

  return isTrue && told
}
