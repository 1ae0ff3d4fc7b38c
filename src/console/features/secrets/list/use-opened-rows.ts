import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

/** What can stand in the place of a row: the form for a new value, or the versions. */
export type Opened = 'edit' | 'history'

/**
 * The names whose rows are opened, and as what. Several may be: opening one must not throw away what is typed in another.
 * When one closes, the focus goes back to the button that opened it, which `rowButton` finds.
 */
export const useOpenedRows = (rowButton: (name: string, action: Opened) => HTMLElement | null | undefined) => {
  const [rows, setRows] = useState<ReadonlyMap<string, Opened>>(new Map())
  const closed = useRef<{ name: string; as: Opened }>(undefined)

  const open = useCallback((name: string, as: Opened) => setRows((before) => new Map(before).set(name, as)), [])
  const close = useCallback((name: string, as: Opened) => {
    closed.current = { name, as }
    setRows((before) => new Map([...before].filter(([other]) => other !== name)))
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the button is there once its row is closed
  useEffect(() => {
    if (closed.current) rowButton(closed.current.name, closed.current.as)?.focus()
    closed.current = undefined
  }, [rows, rowButton])

  const names: ReadonlySet<string> = useMemo(() => new Set(rows.keys()), [rows])
  return { rows, names, open, close }
}
