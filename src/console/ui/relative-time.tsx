import { useSyncExternalStore } from 'react'
import { absoluteTimeWords, relativeTimeWords } from './relative-time-words.ts'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

/** One clock for all times of the page, which stands still while none is shown. */
const subscribe = (listener: () => void) => {
  const tick = () => {
    now = Date.now()
    for (const each of listeners) each()
  }
  if (listeners.size === 0) {
    now = Date.now()
    timer = setInterval(tick, 30_000)
  }
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

/** A moment in few words, with the whole of it in the tooltip. `date` is ISO 8601. */
export function RelativeTime({ date }: { date: string }) {
  const current = useSyncExternalStore(subscribe, () => now)
  const then = new Date(date)
  return (
    <time dateTime={date} title={absoluteTimeWords(then)}>
      {relativeTimeWords(then, new Date(current))}
    </time>
  )
}
