import { useEffect } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'

/**
 * Sets the document title, most specific part first: “API Keys · Gradient Next”. Also announces it, because screen
 * readers do not notice a client-side navigation.
 */
export const usePageTitle = (...parts: (string | undefined)[]): void => {
  const announce = useAnnounce()
  const title = parts.filter(Boolean).join(' · ') || 'Gradient Secrets'
  useEffect(() => {
    if (document.title === title) return
    document.title = title
    announce(title)
  }, [title, announce])
}
