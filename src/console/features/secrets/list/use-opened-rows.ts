import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Secret } from '#shared/secret.ts'
import type { LoadedSecrets } from './use-secret-list.ts'

/** What can replace a row: the form for a new value, or the history. */
export type RowMode = 'edit' | 'history'

/**
 * Keeps which rows are open, and in which mode. Several rows can be open at once, so that opening one does not discard
 * what was typed in another. When a row closes, the button that opened it, found by `rowButton`, gets the focus.
 */
export const useOpenedRows = (rowButton: (name: string, action: RowMode) => HTMLElement | null | undefined) => {
  const [rows, setRows] = useState<ReadonlyMap<string, RowMode>>(new Map())
  const closed = useRef<{ name: string; mode: RowMode }>(undefined)

  const open = useCallback((name: string, mode: RowMode) => setRows((before) => new Map(before).set(name, mode)), [])
  const close = useCallback((name: string, mode: RowMode) => {
    closed.current = { name, mode }
    setRows((before) => new Map([...before].filter(([other]) => other !== name)))
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the button exists after the row has closed
  useEffect(() => {
    if (closed.current) rowButton(closed.current.name, closed.current.mode)?.focus()
    closed.current = undefined
  }, [rows, rowButton])

  const names: ReadonlySet<string> = useMemo(() => new Set(rows.keys()), [rows])
  return { rows, names, open, close }
}

/**
 * Adds open rows that are no longer in the list. Another user may delete a secret at any time, which must not discard
 * what was typed in its row.
 */
export const useListWithOpenedRows = (list: LoadedSecrets, openNames: ReadonlySet<string>): LoadedSecrets => {
  const known = useRef(new Map<string, Secret>())
  const { items, total } = list

  useEffect(() => {
    const listed = new Map(items.map((item) => [item.name, item]))
    const kept = [...openNames].flatMap((name) => listed.get(name) ?? known.current.get(name) ?? [])
    known.current = new Map(kept.map((secret) => [secret.name, secret]))
  }, [items, openNames])

  return useMemo(() => {
    if (openNames.size === 0) return list
    const names = new Set(items.map(({ name }) => name))
    const gone = [...openNames].flatMap((name) => (names.has(name) ? [] : (known.current.get(name) ?? [])))
    if (gone.length === 0) return list
    // Names sort by code point, as JavaScript compares ASCII.
    const all = [...items, ...gone].sort((one, other) => (one.name < other.name ? -1 : 1))
    return { ...list, items: all, total: total + gone.length }
  }, [list, items, total, openNames])
}
