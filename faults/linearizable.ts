import { type Event, isDone, isUnknown } from './history.ts'
import { type Held, step } from './register.ts'

/** Whether the events of one name can have happened one after the other; if not, how far that went at best. */
export type Verdict = { ok: true } | { ok: false; fitted: number; held: Held; stuck: readonly Event[] }

/**
 * Looks for an order of the events in which each is answered as it was, and in which none comes before another that had
 * been answered when it was asked. This is the search of Wing and Gong: it takes any event that none other has to come
 * before, and goes back when nothing fits. As Lowe found, what was taken and what is held then is all that matters of a
 * beginning, so that no beginning is looked at twice.
 *
 * Changes that nobody answered may be taken at any time from when they were asked, or left out.
 */
export const linearize = (events: readonly Event[], first: Held = null): Verdict => {
  const ordered = [...events].sort((one, other) => one.invoked - other.invoked)
  const taken = new Uint8Array(ordered.length)
  const wanted = ordered.filter(isAnswered).length
  const seen = new Set<string>()
  let best: Verdict & { ok: false } = { ok: false, fitted: -1, held: first, stuck: [] }

  /** The events that may come next, in the order in which they were answered, which is most often the right one. */
  const candidates = (): number[] => {
    const found: number[] = []
    let earliest = Number.POSITIVE_INFINITY
    for (const [index, event] of ordered.entries()) {
      if (taken[index]) continue
      if (event.invoked > earliest) break
      earliest = Math.min(earliest, event.returned)
      found.push(index)
    }
    return found.sort((one, other) => at(one).returned - at(other).returned)
  }
  const at = (index: number): Event => ordered[index] as Event

  /** Takes what fits and changes nothing: it fits nowhere better than here. Returns what was taken. */
  const takeReads = (held: Held): number[] => {
    const all: number[] = []
    for (;;) {
      const reads = candidates().filter((index) => isAnswered(at(index)) && step(held, at(index).act) === held)
      if (reads.length === 0) return all
      for (const index of reads) taken[index] = 1
      all.push(...reads)
    }
  }

  const search = (held: Held, before: number): boolean => {
    const reads = takeReads(held)
    const fitted = before + reads.length
    if (fitted === wanted) return true
    const key = `${taken.join('')} ${held ? `${held.value} ${held.version} ${held.etag}` : ''}`
    if (!seen.has(key)) {
      seen.add(key)
      const next = candidates()
      for (const index of next) {
        const event = at(index)
        const after = step(held, event.act)
        if (after === undefined || (after === held && !isAnswered(event))) continue
        taken[index] = 1
        if (search(after, fitted + (isAnswered(event) ? 1 : 0))) return true
        taken[index] = 0
      }
      if (fitted > best.fitted) best = { ok: false, fitted, held, stuck: next.map(at) }
    }
    for (const index of reads) taken[index] = 0
    return false
  }

  return search(first, 0) ? { ok: true } : best
}

const isAnswered = ({ returned }: Event): boolean => returned !== Number.POSITIVE_INFINITY

/**
 * Leaves out of a history that cannot be put in order what says nothing about why, so that people can read it: what
 * came later, and what changed nothing.
 */
export const shrink = (events: readonly Event[], first: Held = null): Event[] => {
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

/** What was known at a time: what had been answered by then, and of changes, that they had been asked for. */
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
