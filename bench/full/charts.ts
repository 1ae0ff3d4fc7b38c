import { drawChart, frame, linearAxis, plot, powerAxis, round, shortNumber, textAt } from './chart-frame.ts'

/** Values under a name, in the order of the labels; `undefined` where no measurement exists. */
export type Series = { name: string; values: readonly (number | undefined)[] }
type About = { title: string; unit: string; below: string }

const definedValues = (series: readonly Series[]): number[] =>
  series.flatMap(({ values }) => values.filter((value) => value !== undefined))

/** Draws groups of bars with their values on top. */
export const barChart = (about: About & { labels: readonly string[]; series: readonly Series[] }): string => {
  const { labels, series } = about
  const axis = linearAxis(definedValues(series))
  const group = plot.width / labels.length
  const bar = Math.min(56, (group * 0.8) / series.length)
  const inside = labels.flatMap((label, index) => {
    const middle = frame.left + group * (index + 0.5)
    const bars = series.flatMap(({ values }, at) => {
      const value = values[index]
      if (value === undefined) return []
      const height = plot.height * axis.place(value)
      const x = middle + (at - series.length / 2) * bar
      const y = frame.top + plot.height - height
      return [
        `<rect class="f${at}" x="${round(x + 2)}" y="${round(y)}" width="${round(bar - 4)}" height="${round(height)}" rx="2"/>`,
        textAt(x + bar / 2, y - 5, shortNumber(value), { anchor: 'middle', kind: 'soft' }),
      ]
    })
    return [...bars, textAt(middle, frame.top + plot.height + 20, label, { anchor: 'middle' })]
  })
  return drawChart({ ...about, names: series.map(({ name }) => name) }, axis, inside)
}

/** Draws lines over evenly spaced points. `powers` selects a logarithmic scale. */
export const lineChart = (
  about: About & { labels: readonly string[]; series: readonly Series[]; powers?: boolean; dots?: boolean },
): string => {
  const { labels, series, powers = false, dots = true } = about
  const axis = (powers ? powerAxis : linearAxis)(definedValues(series))
  const longest = Math.max(...series.map(({ values }) => values.length))
  const xOf = (index: number, count = longest) => frame.left + plot.width * (count < 2 ? 0.5 : index / (count - 1))
  const yOf = (value: number) => frame.top + plot.height * (1 - axis.place(value))
  const lines = series.flatMap(({ values }, at) => {
    const points = values.flatMap((value, index) =>
      value === undefined ? [] : [{ x: round(xOf(index)), y: round(yOf(value)) }],
    )
    const line = `<polyline class="line s${at}" points="${points.map(({ x, y }) => `${x},${y}`).join(' ')}"/>`
    return [line, ...(dots ? points.map(({ x, y }) => `<circle class="f${at}" cx="${x}" cy="${y}" r="4"/>`) : [])]
  })
  const marks = labels.map((label, index) => {
    const anchor = index === 0 ? 'start' : index === labels.length - 1 ? 'end' : 'middle'
    return textAt(xOf(index, labels.length), frame.top + plot.height + 20, label, { anchor })
  })
  return drawChart({ ...about, names: series.map(({ name }) => name) }, axis, [...lines, ...marks])
}
