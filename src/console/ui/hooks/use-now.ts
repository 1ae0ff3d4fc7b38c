import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

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

/** The time, to half a minute: one clock for all times of the page, which stands still while none is shown. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)
