import { createContext, type ReactNode, useCallback, useContext, useRef } from 'react'

type Announce = (text: string) => void

/** Milliseconds that a text stays in the live region. */
const lifetime = 5000

const AnnounceContext = createContext<Announce>(() => {})

/** Returns a function that announces a text to screen readers, through the page's one polite live region. */
export const useAnnounce = (): Announce => useContext(AnnounceContext)

/** Renders the live region. It must be in the document before a text is written to it. */
export function Announcer({ children }: { children: ReactNode }) {
  const region = useRef<HTMLDivElement>(null)
  const announce = useCallback<Announce>((text) => {
    if (!region.current) return
    // A new node for each text: equal texts are announced again, and a new text does not interrupt the last.
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
