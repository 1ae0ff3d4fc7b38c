/** What was done to the server how often, what was checked after it, and what was found wrong. */
export type Row = {
  fault: string
  times: string
  checked: string
  /** How it went, in figures. */
  seen: string
  /** In sentences; none when every promise was kept. */
  wrong: readonly string[]
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** The rows as a table in Markdown. */
export const tableOf = (rows: readonly Row[]): string =>
  [
    '| what was done | how often | what was checked | what was seen | wrong |',
    '|---|---|---|---|---:|',
    ...rows.map(({ fault, times, checked, seen, wrong }) => {
      const cells = [fault, times, checked, seen].map(escaped)
      return `| ${cells.join(' | ')} | ${wrong.length === 0 ? '0' : `**${wrong.length}**`} |`
    }),
  ].join('\n')

/** Most of what is wrong that one row prints: the first few tell, and the seed brings back the rest. */
const mostPrinted = 5

export const printRow = ({ fault, times, seen, wrong }: Row): void => {
  console.log(`${wrong.length === 0 ? 'kept  ' : 'BROKEN'} ${fault}: ${times}; ${seen}`)
  for (const sentence of wrong.slice(0, mostPrinted)) console.log(`  ${sentence}`)
  if (wrong.length > mostPrinted) console.log(`  … and ${wrong.length - mostPrinted} more`)
}

/** Puts what was found of one kind of fault between its marks of the page. */
export const withReport = (page: string, name: string, report: string): string => {
  const [start, end] = [`<!-- faults: ${name} -->\n`, `<!-- end of faults: ${name} -->\n`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has lost the marks around “${name}”. Put them back.`)
  return page.slice(0, from + start.length) + report + page.slice(to)
}
