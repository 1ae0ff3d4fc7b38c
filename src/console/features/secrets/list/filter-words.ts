import { nameCount } from '#console/features/secrets/form/size-words.ts'
import type { ListFilter } from './secret-pages.ts'

type Unused = NonNullable<ListFilter['unused']>

/** What a choice of the filter for unused secrets is called. */
export const unusedLabel = (unused: Unused): string => (unused === 'ever' ? 'Never used' : `Unused for ${days(unused)}`)

const days = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'day' : 'days'}`

/** What the filter has found: “2 of 14 names, never used”, “None of 14 names contains “api”.” */
export const foundWords = (found: number, all: number, { q, unused }: ListFilter): string => {
  const label = unused === undefined ? '' : unusedLabel(unused).toLowerCase()
  if (found > 0) return `${found.toLocaleString('en')} of ${nameCount(all)}${label && `, ${label}`}`
  if (unused === undefined) return `None of ${nameCount(all)} contains “${q}”.`
  if (q !== '') return `None of ${nameCount(all)} contains “${q}” and is ${label}.`
  return unused === 'ever' ? 'Every name has been used.' : `Every name was used or set in the past ${days(unused)}.`
}
