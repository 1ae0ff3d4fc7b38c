import { useNow } from '#console/ui/hooks/use-now.ts'
import { absoluteTimeWords, dayWords, relativeTimeWords } from '#shared/relative-time-words.ts'

/** A moment in few words, with the whole of it in the tooltip. `date` is ISO 8601. */
export function RelativeTime({ date }: { date: string }) {
  const now = useNow()
  const then = new Date(date)
  return (
    <time dateTime={date} title={absoluteTimeWords(then)}>
      {relativeTimeWords(then, new Date(now))}
    </time>
  )
}

/** The day of a moment, past or to come, with the whole of it in the tooltip. `date` is ISO 8601. */
export function CalendarDay({ date }: { date: string }) {
  const now = useNow()
  const then = new Date(date)
  return (
    <time dateTime={date} title={absoluteTimeWords(then)}>
      {dayWords(then, new Date(now))}
    </time>
  )
}
