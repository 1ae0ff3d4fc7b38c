import { useEffect, useRef, useState } from 'react'
import { useSearchParams } from 'react-router-dom'
import { matchesFilter } from '#console/features/secrets/secret-names.ts'
import { useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import type { MatrixPair } from '#shared/workload/matrix-reader.ts'

/** What the address keeps of the matrix's filter. */
export type MatrixFilter = {
  /** A part of the name. */
  q: string
  /** The kind of scope that wins; empty for any. */
  scope: ScopeKind | ''
  overridden: boolean
}

/** The indices of the names to show: those with a cell that is won by the kind, and overrides something if that is asked. */
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

const choiceIn = (params: URLSearchParams): Choice => ({
  scope: scopeKinds.find((kind) => kind === params.get('scope')) ?? '',
  overridden: params.get('overridden') === '1',
})

/**
 * The filter of the matrix, kept in the address. What is chosen holds at once, as the address follows a moment later;
 * `text` is the name as it is typed.
 */
export const useMatrixFilter = () => {
  const [params, setParams] = useSearchParams()
  const { text, setText, q } = useUrlFilter()
  const [choice, setChoice] = useState(() => choiceIn(params))
  const written = useRef(choice)

  useEffect(() => {
    const { scope, overridden } = choiceIn(params)
    // Somebody else changed the address: a link, or Back.
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
      // A name in the address is taken out with the rest, at once: of two changes, the later would bring back the others.
      if (q === '') setText('')
      write({ scope: '', overridden: false }, true)
    },
    isOn: q !== '' || choice.scope !== '' || choice.overridden,
  }
}
