/**
 * Returns a function that counts events of a key: how many there were since it last returned a number, with this one, or
 * `undefined` when that was less than an interval ago. Use it for records of what somebody may do very often.
 * `interval` is in milliseconds.
 */
export const countPer = (interval: number, now: () => number): ((key: string) => number | undefined) => {
  const seen = new Map<string, { at: number; more: number }>()
  return (key) => {
    const at = now()
    const last = seen.get(key)
    // The difference may be negative: a clock may be set back.
    if (last && Math.abs(at - last.at) < interval) {
      last.more++
      return undefined
    }
    seen.set(key, { at, more: 0 })
    return (last?.more ?? 0) + 1
  }
}
