import { setWords } from '#cli/output/set-words.ts'
import { affectedWords } from '#shared/plans/plan-words.ts'
import { nameWarning } from '#shared/workload/injectable-names.ts'
import { isComparable, maxCompared } from './compare-rows.ts'
import type { ImportRow } from './import-rows.ts'
import type { StoppedImport } from './write-import-rows.ts'

// The sentences that `gradient secrets import` prints about a `.env` file and its rows.

export const secretsWords = (count: number): string => `${count.toLocaleString('en')} secret${count === 1 ? '' : 's'}`

const notCompared = 'Whether the value is the same was not compared.'

/** Describes what the import does with a name, for the preview. */
export const rowWords = ({ name, action, existing, same, plan }: ImportRow): string => {
  const there = existing ? ` version ${existing.version}: ${setWords(existing)}` : ''
  const rest = {
    add: '',
    replace: there,
    same: ` as${there}`,
    keep: there,
    refuse: `: it is there as “${existing?.name}”`,
  }[action]
  return [`${action}${rest}.`, same === null && notCompared, plan && affectedWords(plan), nameWarning(name)]
    .filter(Boolean)
    .join(' ')
}

/** Summarizes the preview, and says what to do about names that are not written. */
export const totalsWords = (rows: readonly ImportRow[]): string[] => {
  const count = (action: ImportRow['action']) => rows.filter((row) => row.action === action).length
  const parts = [
    [count('add'), 'to add'],
    [count('replace'), 'to replace'],
    [count('same'), 'the same'],
    [count('keep'), 'to keep as they are'],
    [count('refuse'), 'refused'],
  ] as const
  const told = parts.flatMap(([number, words]) => (number > 0 ? [`${number.toLocaleString('en')} ${words}`] : []))
  return [
    `${told.join(', ')}.`,
    ...(count('keep') > 0 ? ['Give “--replace” to replace those that are there.'] : []),
    ...(rows.some(({ same }) => same === null)
      ? ['The server compares no more for an hour after too many other values, and none that is just being changed.']
      : []),
    ...(rows.filter(isComparable).length > maxCompared
      ? [`Whether values are the same was not compared: more than ${maxCompared.toLocaleString('en')} names are there.`]
      : []),
    ...(count('refuse') > 0 ? ['Names must differ by more than case: use the spelling that is there, or rename.'] : []),
  ]
}

/**
 * Maximum number of names listed one by one. They are in file order, so the line of the last one identifies the rest.
 */
const maxListed = 20

const placed = ({ name, line }: ImportRow): string => `“${name}” (line ${line})`

/** Describes which names are stored after an import that stopped early. */
export const stoppedWords = ({ written, failed, isUnsure, untouched }: StoppedImport): string[] => {
  const all = written.length + 1 + untouched.length
  const last = written.at(-1)
  const listed = untouched.slice(0, maxListed).map(placed).join(', ')
  const more = untouched.length - maxListed
  return [
    `${written.length.toLocaleString('en')} of ${secretsWords(all)} written${last ? `, up to ${placed(last)}` : ''}.`,
    isUnsure
      ? `Whether ${placed(failed)} was written is not known.`
      : `Not written: ${placed(failed)}, for the reason below.`,
    ...(listed
      ? [`Not written either: ${listed}${more > 0 ? ` and the ${more.toLocaleString('en')} after these` : ''}.`]
      : []),
    'Run the same again to write the rest.',
  ]
}
