import { useEffect, useState } from 'react'

/** `value`, once it has stayed the same for some milliseconds. */
export const useDebouncedValue = <Value>(value: Value, milliseconds: number): Value => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
