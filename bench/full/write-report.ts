import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plotsOf } from './plots.ts'
import type { Report } from './report-data.ts'
import { cellTable, costTable, sizeTable, targetTable } from './report-tables.ts'

const root = join(import.meta.dirname, '../..')
const folder = join(root, 'docs/benchmarks')

/**
 * Writes a report with its charts and returns its name. A small run goes into another folder, where it cannot be
 * mistaken for a full one.
 */
export const writeReport = (report: Report): string => {
  const date = new Date().toISOString().slice(0, 10)
  const into = report.options.small ? join(root, '.cache/benchmarks') : folder
  const plots = plotsOf(report)
  mkdirSync(join(into, date), { recursive: true })
  for (const { name, svg } of plots) writeFileSync(join(into, date, `${name}.svg`), svg)
  const file = join(into, `${date}.md`)
  writeFileSync(file, markdown(report, date, plots))
  return file
}

const command = ({ options }: Report): string =>
  ['npm run bench -- --full', ...(options.small ? ['--small'] : []), ...(options.soak ? ['--soak'] : [])].join(' ')

const markdown = (report: Report, date: string, plots: ReturnType<typeof plotsOf>): string => {
  const { machine, cells, targets, minutes, options } = report
  const embedChart = (wanted: (name: string) => boolean) =>
    plots.flatMap(({ name, about }) => (wanted(name) ? [`![${about}](${date}/${name}.svg)`] : []))
  const parts = [
    `# Benchmark of ${date}`,
    [
      `Created by \`${command(report)}\` in ${minutes.toFixed(0)} minutes. [How to read it](README.md)`,
      options.small ? ' This was a small run, which only shows that everything works.' : '',
    ].join('.'),
    machine.map(([name, value]) => `- ${name}: ${value}`).join('\n'),
    '## Targets',
    targetTable(targets),
    '## Rates',
    ...embedChart((name) => name.startsWith('rate-')),
    ...options.plan.sizes.flatMap((size) => [
      `### ${size.toLocaleString('en')} secrets`,
      cellTable(cells.filter((cell) => cell.size === size)),
    ]),
    '## Latency',
    ...embedChart((name) => name === 'latency'),
    '## Cost per request',
    ...embedChart((name) => name === 'time-by-nodes'),
    costTable(report),
    '## Memory and size',
    ...embedChart((name) => name === 'memory'),
    sizeTable(report),
    ...section(
      '## While a backup or a rotation runs',
      embedChart((name) => name === 'upkeep'),
    ),
    ...section(
      '## Soak',
      embedChart((name) => name === 'soak'),
    ),
  ]
  return `${parts.join('\n\n')}\n`
}

const section = (title: string, parts: readonly string[]): string[] => (parts.length > 0 ? [title, ...parts] : [])
