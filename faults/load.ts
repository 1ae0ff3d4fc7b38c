import { setTimeout as pause } from 'node:timers/promises'
import type { Act, Event } from './history.ts'
import type { Answer } from './http-client.ts'
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

/** A server process that clients use. It is absent between its end and its next start. */
export type Node = { calls(): Calls | undefined }

/** The requests and answers of all clients. */
export type Observations = {
  events: Event[]
  /** IDs of requests that changed nothing: refused changes, and reads. */
  idle: Set<string>
  /** IDs of resolves that returned values. */
  resolved: Set<string>
  /** How often each status was answered, and how often a request was `refused`, `lost` or `hung`. */
  answers: Map<string, number>
  /** Messages of server errors. */
  errors: Set<string>
  /** Answers that violate a promise. */
  flaws: string[]
}

export const newObservations = (): Observations => ({
  events: [],
  idle: new Set(),
  resolved: new Set(),
  answers: new Map(),
  errors: new Set(),
  flaws: [],
})

export type Load = {
  /** Ends the clients after their current requests. */
  stop(): Promise<void>
  /** Resolves when every client has ended on its own: after its share of requests, or when it lost its only process. */
  done: Promise<void>
}

export type LoadOptions = {
  nodes: readonly Node[]
  names: readonly string[]
  clients: number
  random: Random
  observations: Observations
  /** Maximum number of requests of one client. */
  each?: number
  /** Whether a client ends when its connection breaks, because there is only one process. */
  endsWhenLost?: boolean
  /** Called after each answer, with the number of answers. */
  onAnswer?(answered: number): void
}

/**
 * Starts clients that write, delete and read the same few names concurrently, and records their requests and answers.
 */
export const startLoad = (options: LoadOptions): Load => {
  const { nodes, clients, random, observations, each = Number.POSITIVE_INFINITY, endsWhenLost, onAnswer } = options
  let stopped = false
  let answered = 0
  const { ask } = requestSender(options)

  const client = async (label: string, choose: Random) => {
    for (let count = 0; count < each && !stopped; count++) {
      const calls = choose.pick(nodes).calls()
      const answer: Answer = calls ? await ask(calls, label, choose) : { kind: 'refused' }
      const kind = answer.kind === 'answered' ? `${answer.status}` : answer.kind
      observations.answers.set(kind, (observations.answers.get(kind) ?? 0) + 1)
      if (answer.kind === 'answered') onAnswer?.(++answered)
      else if (endsWhenLost) return
      // No process is running: a client that retries at once would take processor time from a process that starts.
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

/** Sends one random request and records it. */
const requestSender = ({ names, observations }: Pick<LoadOptions, 'names' | 'observations'>) => {
  // A page has at most a hundred names, and other tests may create more.
  const alike = commonStart(names)
  /** The last seen tag of each name, so that about half of the conditions match. */
  const tags = new Map<string, string>()

  const timed = async (send: () => Promise<Answer>) => {
    const invoked = now()
    const answer = await send()
    const returned = now()
    const flaw = flawOf(answer)
    if (flaw) observations.flaws.push(flaw)
    if (answer.kind === 'answered' && answer.status >= 500) observations.errors.add(describe(answer))
    return { answer, times: { invoked, returned, requestId: requestIdOf(answer) } }
  }
  type Times = Awaited<ReturnType<typeof timed>>['times']

  const note = (about: Pick<Event, 'name' | 'client'>, times: Times, act: Act): void => {
    const unknown = act.outcome === 'unknown'
    observations.events.push({ ...about, ...times, returned: unknown ? Number.POSITIVE_INFINITY : times.returned, act })
  }
  const complain = ({ wrong }: Wrong): void => {
    observations.flaws.push(wrong)
  }

  type Change = { kind: 'write'; value: string; expect: 'any' | 'absent' | 'present' } | { kind: 'delete' }
  type About = Pick<Event, 'name' | 'client'> & { ifMatch?: string; ifNoneMatch?: true }

  const change = async ({ name, client, ...condition }: About, asked: Change, send: () => Promise<Answer>) => {
    const { answer, times } = await timed(send)
    // The connection was refused.
    if (answer.kind === 'refused') return answer
    const about = { name, client }
    if (asked.kind === 'write') {
      const outcome = changeIn(answer)
      if (isWrong(outcome)) complain(outcome)
      else {
        note(about, times, { ...asked, ...condition, outcome })
        if (typeof outcome === 'object') tags.set(name, outcome.etag)
        else if (outcome !== 'unknown') observations.idle.add(times.requestId)
      }
    } else {
      const outcome = deletionIn(answer)
      if (isWrong(outcome)) complain(outcome)
      else {
        note(about, times, { ...asked, ...condition, outcome })
        if (outcome !== 'unknown' && outcome !== 'deleted') observations.idle.add(times.requestId)
      }
    }
    return answer
  }

  const look = async (about: About, send: () => Promise<Answer>) => {
    const { answer, times } = await timed(send)
    const outcome = lookIn(answer)
    if (isWrong(outcome)) complain(outcome)
    else if (outcome) {
      observations.idle.add(times.requestId)
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
      observations.idle.add(times.requestId)
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
      observations.idle.add(times.requestId)
      if (outcome !== 'missing') observations.resolved.add(times.requestId)
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

/** Formats how often each answer came, for the report. */
export const answersLine = ({ answers }: Observations): string =>
  [...answers]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([kind, count]) => `${count} × ${kind}`)
    .join(', ')
