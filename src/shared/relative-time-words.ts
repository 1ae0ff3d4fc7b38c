const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

// Created once: creating a formatter can take longer than rendering a row of a list.
const thisYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const otherYear = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const whole = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'long' })

/** Returns a time relative to `now`: “just now”, “5 min ago”, “2 h ago”, “3 May”, “3 May 2024”. */
export const relativeTimeWords = (then: Date, now: Date): string => {
  // A clock slightly behind that of the server must not show a future time.
  const past = Math.max(0, now.getTime() - then.getTime())
  if (past < minute) return 'just now'
  if (past < hour) return `${Math.floor(past / minute)} min ago`
  if (past < day) return `${Math.floor(past / hour)} h ago`
  return dayWords(then, now)
}

/** Returns a day relative to `now`: “3 May”, “3 May 2024”. */
export const dayWords = (then: Date, now: Date): string =>
  (then.getFullYear() === now.getFullYear() ? thisYear : otherYear).format(then)

/** Returns the full date and time, for a tooltip. */
export const absoluteTimeWords = (then: Date): string => whole.format(then)
