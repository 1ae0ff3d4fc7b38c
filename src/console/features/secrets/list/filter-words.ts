import type { ListFilter } from '#console/features/secrets/secret-cache.ts'
import { countWords } from '#console/ui/layout/count-words.ts'

type Unused = NonNullable<ListFilter['unused']>

/** Returns the label of a choice in the filter for unused secrets. */
export const unusedLabel = (unused: Unused): string =>
  unused === 'ever' ? 'Never used' : `Unused for ${countWords(unused, 'day')}`

/** Describes the result of the filter: “2 of 14 names, never used”, “None of 14 names contains “api”.” */
export const foundWords = (found: number, all: number, { q, unused }: ListFilter): string => {
  const label = unused === undefined ? '' : unusedLabel(unused).toLowerCase()
  if (found > 0) return `${found.toLocaleString('en')} of ${countWords(all, 'name')}${label && `, ${label}`}`
  if (unused === undefined) return `None of ${countWords(all, 'name')} contains “${q}”.`
  if (q !== '') return `None of ${countWords(all, 'name')} contains “${q}” and is ${label}.`
  return unused === 'ever'
    ? 'Every name has been used.'
    : `Every name was used or set in the past ${countWords(unused, 'day')}.`
}
