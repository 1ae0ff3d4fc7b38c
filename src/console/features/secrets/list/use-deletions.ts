import { useCallback, useState } from 'react'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'
import type { Deletion } from './listed-rows.ts'
import type { ListFilter } from './secret-pages.ts'

const none: readonly Deletion[] = []

/** What was deleted from the list since its filter was changed last, to be undone in its place. */
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
