import { useCallback } from 'react'
import { useSearchParams } from 'react-router-dom'
import type { ListFilter } from '#console/features/secrets/secret-cache.ts'
import { addressWith, useUrlFilter } from '#console/ui/lists/use-url-filter.ts'

// This file reads and changes what the URL's query keeps of a list of secrets: the filter, and the view.

/** The query parameter of the filter for unused secrets; the API uses the same name. */
const unusedKey = 'unused'
const maxDays = 3650

/** Parses the filter for unused secrets: `ever`, or a number of days. Ignores anything else. */
export const readUnused = (text: string | null): ListFilter['unused'] => {
  if (text === 'ever') return text
  const days = /^\d{1,4}$/.test(text ?? '') ? Number(text) : 0
  return days >= 1 && days <= maxDays ? days : undefined
}

/** Reads and changes the filter in the URL. Replaces the history entry, so that Back leaves the page. */
export const useSecretFilter = () => {
  const { text, setText, q } = useUrlFilter()
  const [params, setParams] = useSearchParams()
  const setUnused = useCallback(
    (unused: string) => setParams(addressWith(unusedKey, unused), { replace: true, preventScrollReset: true }),
    [setParams],
  )
  const clear = () => {
    setText('')
    setUnused('')
  }
  return { text, setText, q, unused: readUnused(params.get(unusedKey)), setUnused, clear }
}

export type SecretFilter = ReturnType<typeof useSecretFilter>

const viewKey = 'view'

/** Which secrets of a scope the page shows. */
type SecretView = 'stored' | 'trash'

/** Link targets, relative to the page: the trash of its scope, and the stored secrets. */
export const trashAddress = { search: `?${viewKey}=trash` } as const
export const storedAddress = { search: '' } as const

export const useSecretView = (): SecretView => {
  const [params] = useSearchParams()
  return params.get(viewKey) === 'trash' ? 'trash' : 'stored'
}
