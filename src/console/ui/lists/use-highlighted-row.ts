import { useEffect, useState } from 'react'

const time = 2000

/** The row that has just been stored, by its name or id, for two seconds. */
export const useMarked = () => {
  const [marked, setMarked] = useState<{ row: string }>()

  useEffect(() => {
    if (!marked) return
    const timer = setTimeout(() => setMarked(undefined), time)
    return () => clearTimeout(timer)
  }, [marked])

  return [marked?.row, (row: string) => setMarked({ row })] as const
}
