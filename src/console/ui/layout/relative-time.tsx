import { useNow } from '#console/ui/hooks/use-now.ts'
import { absoluteTimeWords, relativeTimeWords } from '#shared/relative-time-words.ts'

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
