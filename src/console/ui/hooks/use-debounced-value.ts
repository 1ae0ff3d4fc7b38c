import { useEffect, useState } from 'react'

/** Returns `value` debounced by this many milliseconds. */
export const useDebouncedValue = <Value>(value: Value, milliseconds: number): Value => {
  const [settled, setSettled] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds)
    return () => clearTimeout(timer)
  }, [value, milliseconds])
  return settled
}
