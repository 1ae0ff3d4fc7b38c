import { useEffect, useMemo, useRef } from 'react'
import type { Secret } from '#shared/secret.ts'
import type { SecretList } from './use-secret-list.ts'

/**
 * The list with the rows that are open, also when it has them no more: somebody else may delete a secret at any
 * time, and what is typed in its row is not to go with it.
 */
export const useKeptRows = (list: SecretList, editing: ReadonlySet<string>): SecretList => {
  const known = useRef(new Map<string, Secret>())
  const { items, total } = list

  useEffect(() => {
    const listed = new Map(items.map((item) => [item.name, item]))
    const kept = [...editing].flatMap((name) => listed.get(name) ?? known.current.get(name) ?? [])
    known.current = new Map(kept.map((secret) => [secret.name, secret]))
  }, [items, editing])

  return useMemo(() => {
    if (editing.size === 0) return list
    const names = new Set(items.map(({ name }) => name))
    const gone = [...editing].flatMap((name) => (names.has(name) ? [] : (known.current.get(name) ?? [])))
    if (gone.length === 0) return list
    // Names sort by code point, as JavaScript compares ASCII.
    const all = [...items, ...gone].sort((one, other) => (one.name < other.name ? -1 : 1))
    return { ...list, items: all, total: total + gone.length }
  }, [list, items, total, editing])
}
