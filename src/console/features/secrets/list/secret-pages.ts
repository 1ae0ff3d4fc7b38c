import type { InfiniteData } from '@tanstack/react-query'
import type { Page } from '#shared/page.ts'
import type { Secret } from '#shared/secret.ts'

/**
 * A page as it was fetched, and patched since. `until` is the last name it was fetched with: the next page starts
 * after it, whatever has been deleted here.
 */
export type SecretPage = Page<Secret> & { until: string | undefined }

/** The loaded part of a list: its first pages, by name, in the shape react-query keeps them. */
export type SecretPages = InfiniteData<SecretPage, string | undefined>

export const asFetched = (page: Page<Secret>): SecretPage => ({ ...page, until: page.items.at(-1)?.name })

/** What narrows a list: a part of the name, and that no workload has got it, ever or for so many days. */
export type ListFilter = { q: string; unused: 'ever' | number | undefined }

/** Whether the server's filter `q` keeps `name`. */
export const matches = (name: string, q: string): boolean =>
  name.toLowerCase().includes(q.normalize('NFKC').toLowerCase())

const day = 24 * 3_600_000

/** Whether the server's filter keeps a secret at `now`, in milliseconds. One that was set of late is not unused for days. */
export const keeps = ({ q, unused }: ListFilter, { name, dtModified, lastUse }: Secret, now: number): boolean => {
  if (!matches(name, q)) return false
  if (unused === undefined || unused === 'ever') return unused === undefined || !lastUse
  const last = Math.max(Date.parse(dtModified), lastUse ? Date.parse(lastUse.at) : 0)
  return last < now - unused * day
}

/**
 * Puts a secret into its place by name: instead of the one of that name, or as a new row of the page it belongs to.
 * A new one beyond the loaded pages is counted only; its page will bring it.
 */
export const putSecret = (data: SecretPages, secret: Secret): SecretPages => {
  const { name } = secret
  const at = data.pages.findIndex(({ hasMore, until }) => !hasMore || (until !== undefined && name <= until))
  const page = data.pages[at]
  if (!page) return counted(data, 1)
  const { items } = page
  const after = items.findIndex((item) => item.name >= name)
  const place = after < 0 ? items.length : after
  if (items[place]?.name === name) return withItems(data, at, items.with(place, secret))
  return counted(withItems(data, at, items.toSpliced(place, 0, secret)), 1)
}

/** Takes a secret out. One that is in the list, but not in its loaded pages, is discounted only. */
export const dropSecret = (data: SecretPages, name: string): SecretPages => {
  const dropped = dropLoaded(data, name)
  return dropped === data && data.pages.at(-1)?.hasMore ? counted(data, -1) : dropped
}

/** Takes a secret out if it is in the loaded pages, for a list that it may not be in. */
export const dropLoaded = (data: SecretPages, name: string): SecretPages => {
  const at = data.pages.findIndex(({ items }) => items.some((item) => item.name === name))
  const page = data.pages[at]
  if (!page) return data
  const rest = page.items.filter((item) => item.name !== name)
  return counted(withItems(data, at, rest), -1)
}

/** Keeps the first page only, so that coming back to a long list does not fetch all its pages anew. */
export const firstPage = (data: SecretPages): SecretPages =>
  data.pages.length > 1 ? { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) } : data

const withItems = (data: SecretPages, at: number, items: Secret[]): SecretPages => ({
  ...data,
  pages: data.pages.map((page, index) => (index === at ? { ...page, items } : page)),
})

const counted = (data: SecretPages, difference: number): SecretPages => ({
  ...data,
  pages: data.pages.map((page) => ({ ...page, total: Math.max(0, page.total + difference) })),
})
