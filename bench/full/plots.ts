import type { Cell, Kind } from './cells.ts'
import { barChart, lineChart } from './charts.ts'
import { operations } from './loads.ts'
import type { Report } from './report-data.ts'
import { sampleEvery } from './soak.ts'
import { megabytes } from './usage.ts'

/** A chart, the name of its file, and its alternative text. */
export type Plot = { name: string; about: string; svg: string }

const kindNames: Record<Kind, string> = { postgres: 'PostgreSQL', sqlite: 'SQLite' }
const inWords = (count: number) => count.toLocaleString('en')

export const plotsOf = (report: Report): Plot[] => [
  ...ratePlots(report),
  latencyPlot(report),
  timePlot(report),
  memoryPlot(report),
  ...upkeepPlots(report),
  ...soakPlots(report),
]

const find = (cells: readonly Cell[], wanted: Partial<Cell>): Cell | undefined =>
  cells.find((cell) => Object.entries(wanted).every(([key, value]) => cell[key as keyof Cell] === value))

const connections = 16

const ratePlots = ({ cells, options }: Report): Plot[] =>
  operations.map((operation) => ({
    name: `rate-${operation}`,
    about: `Rate of ${operation} by the number of secrets in the database`,
    svg: barChart({
      title: `${operation}: requests per second, ${connections} connections, one node`,
      unit: 'requests/s',
      below: 'secrets in the database',
      labels: options.plan.sizes.map(inWords),
      series: (['postgres', 'sqlite'] as const).map((kind) => ({
        name: kindNames[kind],
        values: options.plan.sizes.map((size) => find(cells, { kind, nodes: 1, size, operation, connections })?.rate),
      })),
    }),
  }))

const latencyPlot = ({ cells, options }: Report): Plot => {
  const size = options.plan.sizes.at(-1) ?? 0
  const of = (operation: Cell['operation'], percentile: 'p50' | 'p99') =>
    options.plan.connections.map(
      (connections) => find(cells, { kind: 'postgres', nodes: 1, size, operation, connections })?.[percentile],
    )
  return {
    name: 'latency',
    about: 'Latency by the number of connections, one node on PostgreSQL at full load',
    svg: lineChart({
      title: 'Latency at full load, one node on PostgreSQL',
      unit: 'ms, logarithmic',
      below: `connections, with ${inWords(size)} secrets in the database`,
      labels: options.plan.connections.map(String),
      powers: true,
      series: [
        { name: 'list, p50', values: of('list', 'p50') },
        { name: 'list, p99', values: of('list', 'p99') },
        { name: 'resolve, p50', values: of('resolve', 'p50') },
        { name: 'resolve, p99', values: of('resolve', 'p99') },
      ],
    }),
  }
}

const timePlot = ({ times }: Report): Plot => ({
  name: 'time-by-nodes',
  about: 'Processor time of the nodes per request by the number of nodes',
  svg: barChart({
    title: 'Processor time of the nodes per request, PostgreSQL',
    unit: 'microseconds',
    below: 'operation',
    labels: operations,
    series: times.list.map(({ nodes }, index) => ({
      name: nodes === 1 ? '1 node' : `${nodes} nodes`,
      values: operations.map((operation) => times[operation][index]?.nodeTime),
    })),
  }),
})

const memoryPlot = ({ sizes, atRest, options }: Report): Plot => ({
  name: 'memory',
  about: 'Memory of the largest node by the number of secrets',
  svg: barChart({
    title: 'Memory of the largest node, after all kinds of load',
    unit: 'MB',
    below: 'secrets in the database',
    labels: ['at rest', ...options.plan.sizes.map(inWords)],
    series: (['postgres', 'sqlite'] as const).map((kind) => ({
      name: kindNames[kind],
      values: [
        megabytes(atRest[kind]),
        ...options.plan.sizes.map((size) => {
          const found = sizes.find((each) => each.kind === kind && each.size === size)
          return found && megabytes(found.memory)
        }),
      ],
    })),
  }),
})

const upkeepPlots = ({ upkeeps }: Report): Plot[] =>
  upkeeps.length === 0
    ? []
    : [
        {
          name: 'upkeep',
          about: 'p99 of list before and while a backup or a rotation runs',
          svg: barChart({
            title: 'p99 of list at a steady rate, before and during',
            unit: 'milliseconds',
            below: 'what ran at the same time',
            labels: upkeeps.map(({ name, kind }) => `${name}, ${kindNames[kind]}`),
            series: [
              { name: 'before', values: upkeeps.map(({ before }) => before.p99) },
              { name: 'during', values: upkeeps.map(({ during }) => during.p99) },
            ],
          }),
        },
      ]

const soakPlots = ({ soaked, options }: Report): Plot[] =>
  soaked.length === 0
    ? []
    : [
        {
          name: 'soak',
          about: 'Memory of one node on each kind of database under a mixed load, after garbage collection',
          svg: lineChart({
            title: 'Memory of a node under a mixed load',
            unit: 'MB',
            below: `minutes (a sample every ${sampleEvery} s, after a collection)`,
            labels: Array.from({ length: 6 }, (_, index) => ((options.plan.soak / 60 / 5) * index).toFixed(1)),
            dots: false,
            series: soaked.map(({ kind, memory }) => ({ name: kindNames[kind], values: memory.map(megabytes) })),
          }),
        },
      ]
