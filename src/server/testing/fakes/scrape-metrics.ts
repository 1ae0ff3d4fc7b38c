/** One line of a scrape. */
export type Series = { name: string; labels: Record<string, string>; value: number }

/** Parses Prometheus's text format. */
export const parseScrape = (text: string): Series[] =>
  text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
    if (name === undefined) return []
    const pairs = labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)
    return [
      {
        name,
        labels: Object.fromEntries([...pairs].map(([, key = '', text = '']) => [key, text])),
        value: Number(value),
      },
    ]
  })

/** Scrapes a server's metrics. */
export const scrape = async (address: string | undefined): Promise<{ text: string; series: Series[] }> => {
  const response = await fetch(String(address))
  const text = await response.text()
  if (!response.ok) throw new Error(`A scrape was answered ${response.status}: ${text}`)
  return { text, series: parseScrape(text) }
}

/** Returns the value of the series with this name and these labels, or `undefined`. */
export const metricValue = (series: readonly Series[], name: string, labels: Record<string, string> = {}) =>
  series.find(
    (each) => each.name === name && Object.entries(labels).every(([label, value]) => each.labels[label] === value),
  )?.value
