import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router-dom'
import { matchesFilter } from '#console/features/secrets/secret-names.ts'
import { useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import type { MatrixPair } from '#shared/workload/matrix-reader.ts'

/** The filter of the matrix, as the URL keeps it. */
export type MatrixFilter = {
  /** A part of the name. */
  q: string
  /** The kind of scope that wins; empty for any. */
  scope: ScopeKind | ''
  overridden: boolean
}

/** Returns the indices of names that match, with a cell that the kind of scope wins and, if asked, overrides another. */
export const filterNames = (
  names: readonly string[],
  columns: readonly MatrixPair[],
  { q, scope, overridden }: MatrixFilter,
): number[] => {
  const isWanted = (index: number) =>
    columns.some(({ decision }) => {
      const decided = decision(index)
      if (!decided) return false
      return (scope === '' || decided.winner.kind === scope) && (!overridden || decided.overridden.length > 0)
    })
  const anyCell = scope === '' && !overridden
  return names.flatMap((name, index) => (matchesFilter(name, q) && (anyCell || isWanted(index)) ? [index] : []))
}

type Choice = Pick<MatrixFilter, 'scope' | 'overridden'>

const readChoice = (params: URLSearchParams): Choice => ({
  scope: scopeKinds.find((kind) => kind === params.get('scope')) ?? '',
  overridden: params.get('overridden') === '1',
})

/**
 * Keeps the filter of the matrix in the URL. A choice applies at once, because the URL changes a moment later. `text` is
 * the name as typed.
 */
export const useMatrixFilter = () => {
  const [params, setParams] = useSearchParams()
  const { text, setText, q } = useUrlFilter()
  const [choice, setChoice] = useState(() => readChoice(params))
  const written = useRef(choice)

  useEffect(() => {
    const { scope, overridden } = readChoice(params)
    // The URL was changed from elsewhere, by a link or by Back.
    if (scope !== written.current.scope || overridden !== written.current.overridden) {
      written.current = { scope, overridden }
      setChoice(written.current)
    }
  }, [params])

  const write = (chosen: Choice, withoutName = false) => {
    setChoice(chosen)
    setParams(
      (before) => {
        written.current = chosen
        const after = new URLSearchParams(before)
        for (const key of ['scope', 'overridden', ...(withoutName ? ['q'] : [])]) after.delete(key)
        if (chosen.scope !== '') after.set('scope', chosen.scope)
        if (chosen.overridden) after.set('overridden', '1')
        return after
      },
      { replace: true, preventScrollReset: true },
    )
  }
  return {
    text,
    setText,
    filter: { q, ...choice },
    change: (changes: Partial<Choice>) => write({ ...choice, ...changes }),
    clear: () => {
      // Removes the name together with the rest: of two separate URL changes, the second would undo the first.
      if (q === '') setText('')
      write({ scope: '', overridden: false }, true)
    },
    isOn: q !== '' || choice.scope !== '' || choice.overridden,
  }
}
