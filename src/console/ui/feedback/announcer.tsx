import { createContext, type ReactNode, useCallback, useContext, useRef } from 'react'

type Announce = (text: string) => void

/** How long a text stays to be read out, in milliseconds. */
const lifetime = 5000

const AnnounceContext = createContext<Announce>(() => {})

/** Says a text through the page's one polite live region, for those who cannot see that something happened. */
export const useAnnounce = (): Announce => useContext(AnnounceContext)

/** Holds the live region; it must be in the document before it is written to. */
export function Announcer({ children }: { children: ReactNode }) {
  const region = useRef<HTMLDivElement>(null)
  const announce = useCallback<Announce>((text) => {
    if (!region.current) return
    // Each is a node of its own: it is read out though it says the same as the last one, and does not cut that one off.
    const line = document.createElement('p')
    line.textContent = text
    region.current.append(line)
    setTimeout(() => line.remove(), lifetime)
  }, [])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div ref={region} role="status" aria-live="polite" className="visually-hidden" />
    </AnnounceContext>
  )
}
