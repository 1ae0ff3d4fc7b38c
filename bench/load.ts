import autocannon from 'autocannon'

/** One kind of request. */
export type Load = {
  url: string
  method?: 'GET' | 'PUT' | 'POST'
  headers?: Record<string, string>
  body?: string
  /** Replaces `[<id>]` in the body by a new ID for each request. */
  idReplacement?: boolean
  connections?: number
}

/** Loads a server for some seconds. Returns the answered requests per second. Any failed request is an error. */
export const rateOf = async ({ url, connections = 16, ...rest }: Load, seconds = 4): Promise<number> => {
  const result = await autocannon({ url, connections, duration: seconds, ...rest })
  const failed = result.non2xx + result.errors + result.timeouts
  if (failed > 0) throw new Error(`${failed} of ${result.requests.total} requests to ${url} failed.`)
  return result.requests.average
}

export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (middle === undefined) throw new Error('There are no values to take the median of.')
  return middle
}
