const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

// Made once: a formatter takes longer to make than a row of a list may take to draw.
const thisYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const otherYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' })

/** How people would say a moment seen from `now`: “just now”, “5 min ago”, “2 h ago”, “3 May”, “3 May 2024”. */
export const relativeTimeWords = (then: Date, now: Date): string => {
  // A clock a little behind the server's must not put what has just been done into the future.
  const past = Math.max(0, now.getTime() - then.getTime())
  if (past < minute) return 'just now'
  if (past < hour) return `${Math.floor(past / minute)} min ago`
  if (past < day) return `${Math.floor(past / hour)} h ago`
  return dayWords(then, now)
}

/** A day seen from `now`: “3 May”, “3 May 2024”. */
export const dayWords = (then: Date, now: Date): string =>
  (then.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(then)

/** The whole moment, for a tooltip. */
export const absoluteTimeWords = (then: Date): string => whole.format(then)
