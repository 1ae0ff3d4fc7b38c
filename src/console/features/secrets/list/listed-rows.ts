import { type ReactNode, useCallback, useState } from 'react'
import type { ListFilter } from '#console/features/secrets/secret-cache.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'
import type { LoadedSecrets } from './use-secret-list.ts'

/** A secret that was just deleted from the list, and its trash entry. */
export type Deletion = { secret: Secret; trashed: Trashed }

/** A row of the list: a stored secret, or the placeholder for one that was just deleted. */
export type ListedRow = { key: string; secret: Secret; deletion?: Deletion }

/** Returns the key of a deleted row. No secret has it, because names contain no space. */
export const deletionKey = ({ id }: Trashed): string => `deleted ${id}`

/** Returns the rows of a list by name. A deleted row keeps its place, after a new secret of the same name. */
export const listedRows = (items: readonly Secret[], deletions: readonly Deletion[]): ListedRow[] => {
  const rows: ListedRow[] = items.map((secret) => ({ key: secret.name, secret }))
  for (const deletion of deletions) {
    const { secret, trashed } = deletion
    const after = rows.findIndex((row) => row.secret.name > secret.name)
    rows.splice(after < 0 ? rows.length : after, 0, { key: deletionKey(trashed), secret, deletion })
  }
  return rows
}

/** The props of the components that render a list's rows. */
export type SecretRowsProps = {
  list: LoadedSecrets
  /** The rows of the loaded secrets and of those that were just deleted. */
  rows: readonly ListedRow[]
  /** The names whose rows show the edit form or the history. */
  openNames: ReadonlySet<string>
  row: (row: ListedRow) => ReactNode
}

const none: readonly Deletion[] = []

/** Keeps the deletions that can be undone in place. A change of the filter clears them. */
export const useDeletions = ({ q, unused }: ListFilter) => {
  const filter = `${unused} ${q}`
  const [state, setState] = useState({ filter, deletions: none })
  if (state.filter !== filter) setState({ filter, deletions: none })

  const change = useCallback(
    (edit: (before: readonly Deletion[]) => readonly Deletion[]) =>
      setState((before) => ({ ...before, deletions: edit(before.deletions) })),
    [],
  )
  const add = useCallback(
    (secret: Secret, trashed: Trashed) => change((before) => [...before, { secret, trashed }]),
    [change],
  )
  const dismiss = useCallback(
    (which: (deletion: Deletion) => boolean) => change((before) => before.filter((deletion) => !which(deletion))),
    [change],
  )
  return { deletions: state.filter === filter ? state.deletions : none, add, dismiss }
}
