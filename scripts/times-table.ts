import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { docsTable } from './docs-table.ts'

const file = join(import.meta.dirname, '../.cache/test-times.json')

type Times = Record<string, { part: string; about: string; seconds: number }[]>

/** Lists how long each part of both suites took in its last complete run on this machine. */
export const timesTable = docsTable('../CONTRIBUTING.md', () => {
  const suites = Object.entries<Times[string]>(JSON.parse(readFileSync(file, 'utf8')))
  const rows = suites.flatMap(([suite, parts]) => [
    ...parts.map(({ part, about, seconds }) => [`\`${suite}\``, part, about, `${seconds}`]),
    [`\`${suite}\``, '**all**', '', `**${parts.reduce((sum, { seconds }) => sum + seconds, 0)}**`],
  ])
  return [['suite', 'part', 'what it checks', 'seconds'], ...rows]
})
