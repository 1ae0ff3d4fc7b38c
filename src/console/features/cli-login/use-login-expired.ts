import { useEffect, useState } from 'react'

/** Whether so many seconds have passed since they were told. */
export const useExpired = (seconds: number | undefined): boolean => {
  const [expired, setExpired] = useState(false)
  useEffect(() => {
    if (seconds === undefined) return
    const timer = setTimeout(() => setExpired(true), seconds * 1000)
    return () => clearTimeout(timer)
  }, [seconds])
  return expired
}
