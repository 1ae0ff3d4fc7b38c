/** A fault, how often it was injected, what was checked afterwards, and the violations. */
export type Row = {
  fault: string
  times: string
  checked: string
  /** The course of the runs, in figures. */
  seen: string
  /** One sentence per violation; empty when every promise was kept. */
  wrong: readonly string[]
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** Formats the rows as a Markdown table. */
export const tableOf = (rows: readonly Row[]): string =>
  [
    '| what was done | how often | what was checked | what was seen | wrong |',
    '|---|---|---|---|---:|',
    ...rows.map(({ fault, times, checked, seen, wrong }) => {
      const cells = [fault, times, checked, seen].map(escaped)
      return `| ${cells.join(' | ')} | ${wrong.length === 0 ? '0' : `**${wrong.length}**`} |`
    }),
  ].join('\n')

/** Maximum number of violations printed per row: the first few are enough, and the seed reproduces the rest. */
const maxPrinted = 5

export const printRow = ({ fault, times, seen, wrong }: Row): void => {
  console.log(`${wrong.length === 0 ? 'ok    ' : 'BROKEN'} ${fault}: ${times}; ${seen}`)
  for (const sentence of wrong.slice(0, maxPrinted)) console.log(`  ${sentence}`)
  if (wrong.length > maxPrinted) console.log(`  … and ${wrong.length - maxPrinted} more`)
}

/** Inserts the result of one kind of fault between its markers on the page. */
export const withReport = (page: string, name: string, report: string): string => {
  const [start, end] = [`<!-- faults: ${name} -->\n`, `<!-- end of faults: ${name} -->\n`]
  const [from, to] = [page.indexOf(start), page.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`The page has no markers around “${name}”. Restore them.`)
  return page.slice(0, from + start.length) + report + page.slice(to)
}
