import { useEffect, useState } from 'react'

/** State that resets to `undefined` this many milliseconds after it was last set, also to an equal value. */
export const useTransientValue = <Value>(milliseconds: number) => {
  const [current, setCurrent] = useState<{ value: Value }>()

  useEffect(() => {
    if (!current) return
    const timer = setTimeout(() => setCurrent(undefined), milliseconds)
    return () => clearTimeout(timer)
  }, [current, milliseconds])

  return [current?.value, (value: Value) => setCurrent({ value })] as const
}

/** Holds the name or id of the row that was just stored, for two seconds. */
export const useHighlightedRow = () => useTransientValue<string>(2000)
