import { type Event, isDone, isUnknown } from './history.ts'
import { type RegisterState, step } from './register.ts'

/** Whether the events of one name can be checkOrderOverProcesses; if not, the longest partial order found. */
export type Verdict = { ok: true } | { ok: false; fitted: number; state: RegisterState; stuck: readonly Event[] }

/**
 * Searches for an order in which each event has its actual answer, and in which no event comes before another that was
 * answered before it was sent. This is the algorithm of Wing and Gong: it takes any event that no other must precede,
 * and backtracks when none fits. As Lowe found, the events taken and the resulting state describe a prefix completely,
 * so each such pair is visited once.
 *
 * Unanswered changes may take effect at any time after they were sent, or never.
 */
export const linearize = (events: readonly Event[], first: RegisterState = null): Verdict => {
  const checkOrderOverProcesses = [...events].sort((one, other) => one.invoked - other.invoked)
  const taken = new Uint8Array(checkOrderOverProcesses.length)
  const wanted = checkOrderOverProcesses.filter(isAnswered).length
  const seen = new Set<string>()
  let best: Verdict & { ok: false } = { ok: false, fitted: -1, state: first, stuck: [] }

  /** The events that may come next, by the time of their answer, which is usually the right order. */
  const candidates = (): number[] => {
    const found: number[] = []
    let earliest = Number.POSITIVE_INFINITY
    for (const [index, event] of checkOrderOverProcesses.entries()) {
      if (taken[index]) continue
      if (event.invoked > earliest) break
      earliest = Math.min(earliest, event.returned)
      found.push(index)
    }
    return found.sort((one, other) => at(one).returned - at(other).returned)
  }
  const at = (index: number): Event => checkOrderOverProcesses[index] as Event

  /** Takes the fitting events that change nothing, which never fit better later. Returns the taken events. */
  const takeReads = (state: RegisterState): number[] => {
    const all: number[] = []
    for (;;) {
      const reads = candidates().filter((index) => isAnswered(at(index)) && step(state, at(index).act) === state)
      if (reads.length === 0) return all
      for (const index of reads) taken[index] = 1
      all.push(...reads)
    }
  }

  const search = (state: RegisterState, before: number): boolean => {
    const reads = takeReads(state)
    const fitted = before + reads.length
    if (fitted === wanted) return true
    const key = `${taken.join('')} ${state ? `${state.value} ${state.version} ${state.etag}` : ''}`
    if (!seen.has(key)) {
      seen.add(key)
      const next = candidates()
      for (const index of next) {
        const event = at(index)
        const after = step(state, event.act)
        if (after === undefined || (after === state && !isAnswered(event))) continue
        taken[index] = 1
        if (search(after, fitted + (isAnswered(event) ? 1 : 0))) return true
        taken[index] = 0
      }
      if (fitted > best.fitted) best = { ok: false, fitted, state, stuck: next.map(at) }
    }
    for (const index of reads) taken[index] = 0
    return false
  }

  return search(first, 0) ? { ok: true } : best
}

const isAnswered = ({ returned }: Event): boolean => returned !== Number.POSITIVE_INFINITY

/**
 * Shortens a history that has no valid order for human readers: removes later events and events that changed nothing.
 */
export const shrink = (events: readonly Event[], first: RegisterState = null): Event[] => {
  const isWrong = (some: readonly Event[]) => !linearize(some, first).ok
  const times = events.map(({ returned }) => returned).sort((one, other) => one - other)
  let rest = events.map((event) => ({ ...event }))
  for (let [low, high] = [0, times.length - 1]; low <= high; ) {
    const middle = Math.floor((low + high) / 2)
    const start = knownAt(times[middle] ?? 0, events)
    if (isWrong(start)) {
      rest = start
      high = middle - 1
    } else low = middle + 1
  }
  for (const event of [...rest].reverse()) {
    if (isDone(event) || isUnknown(event)) continue
    const without = rest.filter((one) => one !== event)
    if (isWrong(without)) rest = without
  }
  return rest
}

/** Returns what was known at a time: all events answered by then, and the changes sent by then. */
const knownAt = (time: number, events: readonly Event[]): Event[] =>
  events
    .filter(({ invoked }) => invoked <= time)
    .flatMap((event): Event[] => {
      const { act } = event
      if (event.returned <= time) return [event]
      const later = { ...event, returned: Number.POSITIVE_INFINITY }
      if (act.kind === 'write') return [{ ...later, act: { ...act, outcome: 'unknown' } }]
      if (act.kind === 'delete') return [{ ...later, act: { ...act, outcome: 'unknown' } }]
      return []
    })
