import { useEffect } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'

/**
 * Names the page in the browser's tab, most specific part first: “API Keys · Gradient Next”.
 * The name is told, too, for no browser tells that a page has replaced another without being loaded.
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
