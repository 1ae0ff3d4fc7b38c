import { useEffect, useState } from 'react'

const time = 2000

/** The name that has just been stored, for two seconds. */
export const useMarked = () => {
  const [marked, setMarked] = useState<{ name: string }>()

  useEffect(() => {
    if (!marked) return
    const timer = setTimeout(() => setMarked(undefined), time)
    return () => clearTimeout(timer)
  }, [marked])

  return [marked?.name, (name: string) => setMarked({ name })] as const
}
