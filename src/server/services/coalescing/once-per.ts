/**
 * Returns a function that is true at most once per interval for each key. Use it for events that many requests would
 * report in the same way. `interval` is in milliseconds.
 */
export const oncePer = (interval: number, now: () => number): ((key?: string) => boolean) => {
  const last = new Map<string, number>()
  return (key = '') => {
    const at = now()
    // The difference may be negative: a clock may be set back.
    if (Math.abs(at - (last.get(key) ?? Number.NEGATIVE_INFINITY)) < interval) return false
    last.set(key, at)
    return true
  }
}
