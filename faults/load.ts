import { setTimeout as pause } from 'node:timers/promises'
import type { Act, Event } from './history.ts'
import type { Calls } from './installation.ts'
import {
  changeIn,
  deletionIn,
  describe,
  flawOf,
  isWrong,
  listIn,
  lookIn,
  requestIdOf,
  resolveIn,
  type Wrong,
} from './outcomes.ts'
import type { Random } from './random.ts'
import type { Answer } from './wire.ts'

/** A process that clients ask. There is none for a while between its end and its next start. */
export type Node = { calls(): Calls | undefined }

/** What clients have asked and were told. */
export type Notes = {
  events: Event[]
  /** The ids of requests that changed nothing: those that were refused, and reads. */
  idle: Set<string>
  /** The ids of resolves that gave values away. */
  resolved: Set<string>
  /** How often which status was answered, beside `refused`, `lost` and `hung`. */
  answers: Map<string, number>
  /** What errors of the server said. */
  errors: Set<string>
  /** Answers that must not be. */
  flaws: string[]
}

export const newNotes = (): Notes => ({
  events: [],
  idle: new Set(),
  resolved: new Set(),
  answers: new Map(),
  errors: new Set(),
  flaws: [],
})

export type Load = {
  /** Has the clients end after what they have just asked. */
  stop(): Promise<void>
  /** Resolves when every client has ended by itself: after its share of requests, or when it lost its only process. */
  done: Promise<void>
}

export type LoadOptions = {
  nodes: readonly Node[]
  names: readonly string[]
  clients: number
  random: Random
  notes: Notes
  /** Most requests of one client. */
  each?: number
  /** Whether a client ends when its connection breaks: with one process, there is nobody else to ask. */
  endsWhenLost?: boolean
  /** Called after each answer, with how many there were. */
  onAnswer?(answered: number): void
}

/** Has clients write, delete and read the same few names at the same time, and notes all that they see. */
export const startLoad = (options: LoadOptions): Load => {
  const { nodes, clients, random, notes, each = Number.POSITIVE_INFINITY, endsWhenLost, onAnswer } = options
  let stopped = false
  let answered = 0
  const { ask } = asker(options)

  const client = async (label: string, choose: Random) => {
    for (let count = 0; count < each && !stopped; count++) {
      const calls = choose.pick(nodes).calls()
      const answer: Answer = calls ? await ask(calls, label, choose) : { kind: 'refused' }
      const kind = answer.kind === 'answered' ? `${answer.status}` : answer.kind
      notes.answers.set(kind, (notes.answers.get(kind) ?? 0) + 1)
      if (answer.kind === 'answered') onAnswer?.(++answered)
      else if (endsWhenLost) return
      // Nobody is there: a client that asks on and on would only keep the processor from those who start.
      if (answer.kind === 'refused') await pause(5)
    }
  }
  const running = Promise.all(
    Array.from({ length: clients }, (_, index) => client(`c${index}`, random.fork(`client ${index}`))),
  ).then(() => undefined)
  return {
    stop: () => {
      stopped = true
      return running
    },
    done: running,
  }
}

const now = (): number => performance.now()

/** Asks for one thing by chance, and notes it. */
const asker = ({ names, notes }: Pick<LoadOptions, 'names' | 'notes'>) => {
  // A page has a hundred names at most, and others may have more than that.
  const alike = commonStart(names)
  /** The tag of each name that was seen last, so that conditions hold about half of the time. */
  const tags = new Map<string, string>()

  const timed = async (send: () => Promise<Answer>) => {
    const invoked = now()
    const answer = await send()
    const returned = now()
    const flaw = flawOf(answer)
    if (flaw) notes.flaws.push(flaw)
    if (answer.kind === 'answered' && answer.status >= 500) notes.errors.add(describe(answer))
    return { answer, times: { invoked, returned, requestId: requestIdOf(answer) } }
  }
  type Times = Awaited<ReturnType<typeof timed>>['times']

  const note = (about: Pick<Event, 'name' | 'client'>, times: Times, act: Act): void => {
    const unknown = act.outcome === 'unknown'
    notes.events.push({ ...about, ...times, returned: unknown ? Number.POSITIVE_INFINITY : times.returned, act })
  }
  const complain = ({ wrong }: Wrong): void => {
    notes.flaws.push(wrong)
  }

  type Change = { kind: 'write'; value: string; expect: 'any' | 'absent' | 'present' } | { kind: 'delete' }
  type About = Pick<Event, 'name' | 'client'> & { ifMatch?: string; ifNoneMatch?: true }

  const change = async ({ name, client, ...condition }: About, asked: Change, send: () => Promise<Answer>) => {
    const { answer, times } = await timed(send)
    // Nobody took it.
    if (answer.kind === 'refused') return answer
    const about = { name, client }
    if (asked.kind === 'write') {
      const outcome = changeIn(answer)
      if (isWrong(outcome)) complain(outcome)
      else {
        note(about, times, { ...asked, ...condition, outcome })
        if (typeof outcome === 'object') tags.set(name, outcome.etag)
        else if (outcome !== 'unknown') notes.idle.add(times.requestId)
      }
    } else {
      const outcome = deletionIn(answer)
      if (isWrong(outcome)) complain(outcome)
      else {
        note(about, times, { ...asked, ...condition, outcome })
        if (outcome !== 'unknown' && outcome !== 'deleted') notes.idle.add(times.requestId)
      }
    }
    return answer
  }

  const look = async (about: About, send: () => Promise<Answer>) => {
    const { answer, times } = await timed(send)
    const outcome = lookIn(answer)
    if (isWrong(outcome)) complain(outcome)
    else if (outcome) {
      notes.idle.add(times.requestId)
      note(about, times, { kind: 'look', outcome })
      if (outcome !== 'missing') tags.set(about.name, outcome.etag)
    }
    return answer
  }

  const list = async (client: string, send: () => Promise<Answer>) => {
    const { answer, times } = await timed(send)
    const rows = listIn(answer)
    if (isWrong(rows)) complain(rows)
    else if (rows) {
      notes.idle.add(times.requestId)
      for (const name of names)
        note({ name, client: `${client} list` }, times, { kind: 'look', outcome: rows.get(name) ?? 'missing' })
    }
    return answer
  }

  const resolve = async (about: About, send: () => Promise<Answer>) => {
    const { answer, times } = await timed(send)
    const outcome = resolveIn(answer, about.name)
    if (isWrong(outcome)) complain(outcome)
    else if (outcome) {
      notes.idle.add(times.requestId)
      if (outcome !== 'missing') notes.resolved.add(times.requestId)
      note(about, times, { kind: 'resolve', outcome })
    }
    return answer
  }

  const ask = (calls: Calls, client: string, choose: Random): Promise<Answer> => {
    const name = choose.pick(names)
    const kind = choose.below(20)
    const padding = choose.chance(0.1) ? choose.below(20_000) : choose.below(40)
    const value = `${name} ${choose.text(12)} ${'x'.repeat(padding)}.`
    const about = { name, client }
    const tag = tags.get(name) ?? '"none"'
    const write = (expect: 'any' | 'absent' | 'present') => ({ kind: 'write' as const, value, expect })
    if (kind < 5) return change(about, write('any'), () => calls.put(name, value))
    if (kind < 6) return change(about, write('absent'), () => calls.create(name, value))
    if (kind < 7) return change(about, write('present'), () => calls.edit(name, value))
    if (kind < 8) {
      const ifNoneMatch = true as const
      return change({ ...about, ifNoneMatch }, write('any'), () => calls.put(name, value, { 'if-none-match': '*' }))
    }
    if (kind < 10)
      return change({ ...about, ifMatch: tag }, write('any'), () => calls.put(name, value, { 'if-match': tag }))
    if (kind < 11) return change(about, { kind: 'delete' }, () => calls.delete(name))
    if (kind < 12)
      return change({ ...about, ifMatch: tag }, { kind: 'delete' }, () => calls.delete(name, { 'if-match': tag }))
    if (kind < 15) return look(about, () => calls.look(name))
    if (kind < 17) return list(client, () => calls.list(`?limit=100&q=${alike}`))
    return resolve(about, () => calls.resolve({ only: [name] }))
  }
  return { ask }
}

const commonStart = ([first = '', ...others]: readonly string[]): string => {
  const length = [...first].findIndex((_, index) => others.some((name) => name[index] !== first[index]))
  return length < 0 ? first : first.slice(0, length)
}

/** How often which answer came, in a line for the report. */
export const answersLine = ({ answers }: Notes): string =>
  [...answers]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ')
