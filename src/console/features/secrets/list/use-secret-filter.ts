import { useCallback } from 'react'
import { useSearchParams } from 'react-router-dom'
import { addressWith, useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import type { ListFilter } from './secret-pages.ts'

/** What the address calls the filter for unused secrets, as the server does. */
const key = 'unused'
const mostDays = 3650

/** What the address says of unused secrets: `ever`, or for how many days; anything else is passed over. */
export const readUnused = (text: string | null): ListFilter['unused'] => {
  if (text === 'ever') return text
  const days = /^\d{1,4}$/.test(text ?? '') ? Number(text) : 0
  return days >= 1 && days <= mostDays ? days : undefined
}

/** The filter of a list of secrets, as it stands in the address, which changes in place: Back leaves the page. */
export const useSecretFilter = () => {
  const { text, setText, q } = useUrlFilter()
  const [params, setParams] = useSearchParams()
  const setUnused = useCallback(
    (unused: string) => setParams(addressWith(key, unused), { replace: true, preventScrollReset: true }),
    [setParams],
  )
  const clear = () => {
    setText('')
    setUnused('')
  }
  return { text, setText, q, unused: readUnused(params.get(key)), setUnused, clear }
}

export type SecretFilter = ReturnType<typeof useSecretFilter>
