import { useEffect, useState } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'

/** Whether “Saved” is to be seen beside a button: for a moment after `tell` was called, which says it too. */
export const useSaved = () => {
  const [saved, setSaved] = useState(false)
  const announce = useAnnounce()
  useEffect(() => {
    if (!saved) return
    const timer = setTimeout(() => setSaved(false), 4000)
    return () => clearTimeout(timer)
  }, [saved])
  const tell = () => {
    setSaved(true)
    announce('Saved')
  }
  return { saved, tell }
}
