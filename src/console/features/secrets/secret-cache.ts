import type { InfiniteData } from '@tanstack/react-query'
import type { Page } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { matchesFilter } from './secret-names.ts'

/** The query keys of secrets: all, one scope, and the scope's lists, trash and versions. */
export const secretKeys = {
  all: ['secrets'] as const,
  scope: ({ kind, id }: Scope) => [...secretKeys.all, kind, id] as const,
  lists: (scope: Scope) => [...secretKeys.scope(scope), 'names'] as const,
  list: (scope: Scope, filter: ListFilter) => [...secretKeys.lists(scope), filter] as const,
  trash: (scope: Scope) => [...secretKeys.scope(scope), 'trash'] as const,
  versions: (scope: Scope, name: string) => [...secretKeys.scope(scope), 'versions', name] as const,
}

/**
 * A fetched page with later changes applied. `until` is the last name of the page as it was fetched: the next page
 * starts after it, even if that secret has been deleted.
 */
type SecretPage = Page<Secret> & { until: string | undefined }

/** The loaded pages of a list, ordered by name, in react-query's format. */
export type SecretPages = InfiniteData<SecretPage, string | undefined>

export const toSecretPage = (page: Page<Secret>): SecretPage => ({ ...page, until: page.items.at(-1)?.name })

/** The filter of a list: a part of the name, and unused by workloads, ever or for a number of days. */
export type ListFilter = { q: string; unused: 'ever' | number | undefined }

const day = 24 * 3_600_000

/** Whether a secret passes the server's filter at `now`, in milliseconds. A recently set secret does not count as unused. */
export const passesFilter = (
  { q, unused }: ListFilter,
  { name, dtModified, lastUse }: Secret,
  now: number,
): boolean => {
  if (!matchesFilter(name, q)) return false
  if (unused === undefined || unused === 'ever') return unused === undefined || !lastUse
  const last = Math.max(Date.parse(dtModified), lastUse ? Date.parse(lastUse.at) : 0)
  return last < now - unused * day
}

/**
 * Replaces the secret of the same name, or inserts a new one in order of names. A new secret beyond the loaded pages
 * only increases the total; it comes with its page.
 */
export const putSecret = (data: SecretPages, secret: Secret): SecretPages => {
  const { name } = secret
  const at = data.pages.findIndex(({ hasMore, until }) => !hasMore || (until !== undefined && name <= until))
  const page = data.pages[at]
  if (!page) return withTotal(data, 1)
  const { items } = page
  const after = items.findIndex((item) => item.name >= name)
  const position = after < 0 ? items.length : after
  if (items[position]?.name === name) return withItems(data, at, items.with(position, secret))
  return withTotal(withItems(data, at, items.toSpliced(position, 0, secret)), 1)
}

/** Removes a secret that is in the list. If it is beyond the loaded pages, only decreases the total. */
export const dropSecret = (data: SecretPages, name: string): SecretPages => {
  const dropped = dropLoaded(data, name)
  return dropped === data && data.pages.at(-1)?.hasMore ? withTotal(data, -1) : dropped
}

/** Removes a secret if it is in the loaded pages; for a list that may not contain it. */
export const dropLoaded = (data: SecretPages, name: string): SecretPages => {
  const at = data.pages.findIndex(({ items }) => items.some((item) => item.name === name))
  const page = data.pages[at]
  if (!page) return data
  const rest = page.items.filter((item) => item.name !== name)
  return withTotal(withItems(data, at, rest), -1)
}

/** Drops all pages but the first, so that returning to a long list does not refetch all its pages. */
export const keepFirstPage = (data: SecretPages): SecretPages =>
  data.pages.length > 1 ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data

const withItems = (data: SecretPages, at: number, items: Secret[]): SecretPages => ({
  ...data,
  pages: data.pages.map((page, index) => (index === at ? { ...page, items } : page)),
})

const withTotal = (data: SecretPages, difference: number): SecretPages => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, total: Math.max(0, page.total + difference) })),
})
