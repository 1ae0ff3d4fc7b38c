/** The size and margins of a chart, in its own units. */
export const frame = { width: 720, height: 380, left: 72, right: 24, top: 78, bottom: 54 }
export const plot = {
  width: frame.width - frame.left - frame.right,
  height: frame.height - frame.top - frame.bottom,
}

/** Supports light and dark pages through the page's preferred colour scheme. */
const style = `
  .card { fill: #ffffff; stroke: #d1d9e0 } text { fill: #1f2328; font: 13px system-ui, sans-serif }
  .title { font-weight: 600; font-size: 15px } .soft { fill: #59636e } .grid { stroke: #d1d9e0; stroke-width: 1 }
  .line { fill: none; stroke-width: 2.5; stroke-linejoin: round }
  .s0 { stroke: #0969da } .s1 { stroke: #bc4c00 } .s2 { stroke: #1a7f37 } .s3 { stroke: #8250df }
  .f0 { fill: #0969da } .f1 { fill: #bc4c00 } .f2 { fill: #1a7f37 } .f3 { fill: #8250df }
  @media (prefers-color-scheme: dark) {
    .card { fill: #0d1117; stroke: #3d444d } text { fill: #f0f6fc } .soft { fill: #9198a1 } .grid { stroke: #3d444d }
    .s0 { stroke: #4493f8 } .s1 { stroke: #f0883e } .s2 { stroke: #3fb950 } .s3 { stroke: #ab7df8 }
    .f0 { fill: #4493f8 } .f1 { fill: #f0883e } .f2 { fill: #3fb950 } .f3 { fill: #ab7df8 }
  }`

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

export const round = (value: number): number => Math.round(value * 10) / 10

export const textAt = (x: number, y: number, text: string, { anchor = 'start', kind = '' } = {}): string =>
  `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}"${kind ? ` class="${kind}"` : ''}>${escaped(text)}</text>`

export type Axis = {
  /** The labels of the axis with their positions: 0 is the bottom of the plot, 1 its top. */
  marks: { label: string; at: number }[]
  place(value: number): number
}

const roundSteps = [1, 2, 2.5, 5, 10]

/** Returns an axis from 0 to a round number above all values. */
export const linearAxis = (values: readonly number[]): Axis => {
  const largest = Math.max(...values, 1e-9)
  const rough = largest / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = (roundSteps.find((factor) => factor * power >= rough) ?? 10) * power
  const count = Math.ceil((largest * 1.02) / step)
  return {
    marks: Array.from({ length: count + 1 }, (_, index) => ({ label: shortNumber(index * step), at: index / count })),
    place: (value) => value / (step * count),
  }
}

/** Returns a logarithmic axis with marks at powers of ten. */
export const powerAxis = (values: readonly number[]): Axis => {
  const positive = values.filter((value) => value > 0)
  const low = Math.floor(Math.log10(Math.min(...positive)))
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...positive))))
  return {
    marks: Array.from({ length: high - low + 1 }, (_, index) => ({
      label: shortNumber(10 ** (low + index)),
      at: index / (high - low),
    })),
    place: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low),
  }
}

export const shortNumber = (value: number): string => {
  if (value >= 1_000_000) return `${Number((value / 1_000_000).toPrecision(3))} M`
  if (value >= 10_000) return `${Number((value / 1000).toPrecision(3))} k`
  return Number(value.toPrecision(3)).toLocaleString('en')
}

/** Draws a whole chart: title, unit, legend and grid, with `inside` on top. */
export const drawChart = (
  { title, unit, below, names }: { title: string; unit: string; below: string; names: readonly string[] },
  axis: Axis,
  inside: readonly string[],
): string => {
  const { width, height, left, top } = frame
  const grid = axis.marks.flatMap(({ label, at }) => {
    const y = top + plot.height * (1 - at)
    return [
      `<line class="grid" x1="${left}" x2="${left + plot.width}" y1="${round(y)}" y2="${round(y)}"/>`,
      textAt(left - 8, y + 4, label, { anchor: 'end', kind: 'soft' }),
    ]
  })
  const legend = names.flatMap((name, index) => {
    const x = left + index * (plot.width / Math.max(names.length, 3))
    return [`<rect class="f${index}" x="${round(x)}" y="49" width="12" height="12" rx="2"/>`, textAt(x + 18, 60, name)]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(`${title}, ${unit}`)}">`,
    `<style>${style}\n</style>`,
    `<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    textAt(16, 28, title, { kind: 'title' }),
    textAt(width - 16, 28, unit, { anchor: 'end', kind: 'soft' }),
    ...legend,
    ...grid,
    ...inside,
    textAt(left + plot.width / 2, height - 12, below, { anchor: 'middle', kind: 'soft' }),
    '</svg>\n',
  ].join('\n')
}
