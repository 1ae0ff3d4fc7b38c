import { steeringFamilies } from '#shared/workload/steering-variables.ts'
import { docsTable } from './docs-table.ts'

const asCode = (names: string): string =>
  names
    .split(' ')
    .filter(Boolean)
    .map((name) => `\`${name}\``)
    .join(' ')

/** Lists the names that “all names” leaves out: one row per family. */
export const steeringTable = docsTable('steering-variables.md', () => [
  ['steers', 'who chooses the value could do this', 'names', 'keys that are not meant'],
  ...steeringFamilies.map(({ steers, reason, names, keys = '', caseMatters }) => [
    `${steers}${caseMatters ? ' (capitals matter)' : ''}`,
    reason,
    asCode(names),
    asCode(keys),
  ]),
])
