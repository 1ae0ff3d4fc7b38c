import { useCallback, useEffect, useRef, useState } from 'react'

/**
 * The names whose rows are being edited. Several may be: opening one must not throw away what is typed in another.
 * When one closes, the focus goes back to its Edit button, which `rowButton` finds.
 */
export const useEditing = (rowButton: (name: string, action: string) => HTMLElement | null | undefined) => {
  const [names, setNames] = useState<ReadonlySet<string>>(new Set())
  const closed = useRef<string>(undefined)

  const open = useCallback((name: string) => setNames((before) => new Set([...before, name])), [])
  const close = useCallback((name: string) => {
    closed.current = name
    setNames((before) => new Set([...before].filter((other) => other !== name)))
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the button is there once its row is no longer edited
  useEffect(() => {
    if (closed.current !== undefined) rowButton(closed.current, 'edit')?.focus()
    closed.current = undefined
  }, [names, rowButton])

  return { names, open, close }
}
