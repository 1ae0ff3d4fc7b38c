import { useNow } from '#console/ui/hooks/use-now.ts'
import { absoluteTimeWords, dayWords, relativeTimeWords } from '#shared/relative-time-words.ts'

/** A relative time, with the full time as tooltip. `date` is ISO 8601. */
export function RelativeTime({ date }: { date: string }) {
  const now = useNow()
  const then = new Date(date)
  return (
    <time dateTime={date} title={absoluteTimeWords(then)}>
      {relativeTimeWords(then, new Date(now))}
    </time>
  )
}

/** A calendar day, past or future, with the full time as tooltip. `date` is ISO 8601. */
export function CalendarDay({ date }: { date: string }) {
  const now = useNow()
  const then = new Date(date)
  return (
    <time dateTime={date} title={absoluteTimeWords(then)}>
      {dayWords(then, new Date(now))}
    </time>
  )
}
