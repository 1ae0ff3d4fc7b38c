import type { Row } from '../report.ts'
import type { Cell } from './cells.ts'
import { operations } from './loads.ts'
import type { Report } from './report-data.ts'
import { megabytes } from './usage.ts'

type Column = { title: string; left?: true }

/** Formats a table in Markdown. Numbers are aligned to the right. */
const table = (columns: readonly Column[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${columns.map(({ title }) => title).join(' | ')} |`,
    `|${columns.map(({ left }) => (left ? '---' : '---:')).join('|')}|`,
    ...rows.map((row) => `| ${row.join(' | ')} |`),
  ].join('\n')

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const milliseconds = (value: number): string => value.toFixed(value < 10 ? 2 : 1)

export const targetTable = (targets: readonly Row[]): string =>
  table(
    [
      { title: 'what', left: true },
      { title: 'measured' },
      { title: 'baseline' },
      { title: 'ratio' },
      { title: 'target' },
      { title: 'met', left: true },
    ],
    targets.map(({ what, measured, baseline = '', ratio, target, met }) => [
      what,
      measured,
      baseline,
      ratio?.toFixed(2) ?? '',
      target,
      target === 'shown' ? '' : met ? 'yes' : '**no**',
    ]),
  )

export const cellTable = (cells: readonly Cell[]): string =>
  table(
    [
      { title: 'on', left: true },
      { title: 'operation', left: true },
      { title: 'connections' },
      { title: 'requests/s' },
      { title: 'p50 ms' },
      { title: 'p90 ms' },
      { title: 'p99 ms' },
      { title: 'node µs/request' },
      { title: 'database µs/request' },
      { title: 'node MB' },
    ],
    cells.map((cell) => [
      cell.kind === 'sqlite' ? 'SQLite' : `PostgreSQL, ${cell.nodes} ${cell.nodes === 1 ? 'node' : 'nodes'}`,
      cell.operation,
      `${cell.connections}`,
      whole(cell.rate),
      milliseconds(cell.p50),
      milliseconds(cell.p90),
      milliseconds(cell.p99),
      whole(cell.nodeTime),
      cell.databaseTime === undefined ? '' : whole(cell.databaseTime),
      whole(megabytes(cell.memory)),
    ]),
  )

export const sizeTable = ({ sizes, atRest }: Report): string =>
  table(
    [
      { title: 'on', left: true },
      { title: 'secrets' },
      { title: 'database MB' },
      { title: 'node MB at rest' },
      { title: 'largest node MB after the load' },
    ],
    sizes.map(({ kind, size, bytes, memory }) => [
      kind === 'sqlite' ? 'SQLite' : 'PostgreSQL',
      size.toLocaleString('en'),
      whole(megabytes(bytes)),
      whole(megabytes(atRest[kind])),
      whole(megabytes(memory)),
    ]),
  )

const second = 1_000_000
/** Target utilisation of a core, which leaves room for bursts. */
const utilisation = 0.6

/** Derives the capacity of a core from the cost of a request, for sizing a fleet. */
export const costTable = ({ times }: Report): string =>
  table(
    [
      { title: 'operation', left: true },
      { title: 'node µs/request' },
      { title: 'database µs/request' },
      { title: 'requests/s for a core of nodes at 60 %' },
      { title: 'requests/s for a core of the database at 60 %' },
    ],
    operations.flatMap((operation) => {
      const [one] = times[operation]
      if (!one) return []
      return [
        [
          operation,
          whole(one.nodeTime),
          whole(one.databaseTime),
          whole((second / one.nodeTime) * utilisation),
          whole((second / one.databaseTime) * utilisation),
        ],
      ]
    }),
  )
