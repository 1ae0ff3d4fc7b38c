import { verifyExport } from '#server/testing/verify-export-file.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import { type Event, eventLine, isChange, isDone, isUnknown } from './history.ts'
import type { Answer } from './http-client.ts'
import type { Calls } from './installation.ts'
import { linearize, shrink } from './linearizable.ts'
import type { Observations } from './load.ts'
import { describe, resolvedValues, rowsIn } from './outcomes.ts'

/** A name's state according to the trail: its version, and the values that the last change may have stored. */
type Replayed = { version: number; values: ReadonlySet<string> }

/**
 * Compares what a server stores with what its clients know, and returns every mismatch as a sentence. Call it when all
 * clients and all their requests have ended.
 */
export const checkStored = async (calls: Calls, observations: Observations): Promise<string[]> => {
  const wrong: string[] = []
  const [key, trail] = [await calls.get('/v1/audit/key'), await calls.get('/v1/audit/export')]
  const verdict = await verifyExport(textOf(trail), textOf(key))
  if (!verdict.ok) return [`The audit trail does not verify: ${verdict.message}`]
  const records = recordsIn(textOf(trail))
  const { changes, problems } = matchTrail(records, observations)
  wrong.push(...problems)
  const replayed = replay(changes, wrong)

  const rows = await allRows(calls)
  const names = rows.items.map(({ name }) => name)
  if (rows.total !== names.length) wrong.push(`A list of ${names.length} names reports a total of ${rows.total}.`)
  if (names.join() !== [...replayed.keys()].sort(byCodePoint).join())
    wrong.push(`The list has ${names.join(' ')}, and the trail has ${[...replayed.keys()].join(' ')}.`)
  for (const { name, version } of rows.items) {
    const by = replayed.get(name)?.version
    if (by !== version) wrong.push(`The list has version ${version} of ${name}, and the trail has ${by}.`)
  }

  const resolved = await calls.resolve({ all: true })
  const values = resolvedValues(answered(resolved).json)
  if (values.size !== names.length) wrong.push(`Of ${names.length} names, ${values.size} have a value.`)
  for (const [name, { value, version }] of values) {
    const by = replayed.get(name)
    if (!by?.values.has(value)) wrong.push(`${name} has a value other than the last one stored.`)
    if (by?.version !== version) wrong.push(`${name} resolves to version ${version}, and the trail has ${by?.version}.`)
  }
  return wrong
}

/** A change in the trail, with the client events that may match it. */
type Change = { name: string; action: string; events: readonly Event[] }

/**
 * Matches each record of a change with a client event: by request ID when the change was acknowledged, otherwise with
 * the unanswered changes of the same name.
 */
const matchTrail = (records: readonly AuditRecord[], { events, idle, resolved }: Observations) => {
  const problems: string[] = []
  const done = new Map(events.filter(isDone).map((event) => [event.requestId, event]))
  const open = Map.groupBy(
    events.filter((event) => isChange(event) && isUnknown(event)),
    ({ name, act }) => `${act.kind} ${name}`,
  )
  const opened = new Map<string, number>()
  const changes: Change[] = []
  const unmatched = new Set(done.keys())
  const unresolved = new Set(resolved)
  for (const { action, name, scope, requestId } of records) {
    if (action === 'workload.resolve') unresolved.delete(requestId ?? '')
    // Clients change secrets of the project only; changes elsewhere have their own checks.
    if (name === null || scope?.kind !== 'project' || !changing.has(action)) continue
    const event = done.get(requestId ?? '')
    if (idle.has(requestId ?? '')) problems.push(`A request that changed nothing has the record ${action} of ${name}.`)
    if (event) {
      if (!unmatched.delete(event.requestId)) problems.push(`The trail has ${action} of ${name} twice.`)
      if (event.name !== name || actionOf(event) !== action)
        problems.push(`The trail has ${action} of ${name} for ${eventLine(event)}.`)
      changes.push({ name, action, events: [event] })
    } else {
      const kind = `${action === 'secret.delete' ? 'delete' : 'write'} ${name}`
      const used = (opened.get(kind) ?? 0) + 1
      opened.set(kind, used)
      const known = open.get(kind) ?? []
      if (used > known.length) problems.push(`The trail has ${action} of ${name}, which no client requested.`)
      changes.push({ name, action, events: known })
    }
  }
  for (const id of unmatched) problems.push(`Acknowledged without a record: ${eventLine(done.get(id) as Event)}`)
  if (unresolved.size > 0) problems.push(`${unresolved.size} resolves returned values without a record.`)
  return { changes, problems }
}

const changing = new Set<string>(['secret.set', 'secret.edit', 'secret.delete'])

const actionOf = ({ act }: Event): string => {
  if (act.kind !== 'write') return 'secret.delete'
  return typeof act.outcome === 'object' && act.outcome.created ? 'secret.set' : 'secret.edit'
}

/** Replays the changes in the order of the trail. Returns the final state of each name. */
const replay = (changes: readonly Change[], wrong: string[]): Map<string, Replayed> => {
  const state = new Map<string, Replayed>()
  for (const { name, action, events } of changes) {
    const before = state.get(name)
    if ((action === 'secret.set') !== !before) wrong.push(`The trail has ${action} of ${name} in an impossible place.`)
    if (action === 'secret.delete') {
      state.delete(name)
      continue
    }
    const version = (before?.version ?? 0) + 1
    const values = events.flatMap(({ act }) => (act.kind === 'write' ? [act.value] : []))
    state.set(name, { version, values: new Set(values) })
    const [event] = events
    if (event && isDone(event) && event.act.kind === 'write' && typeof event.act.outcome === 'object') {
      const reported = event.act.outcome.version
      if (reported !== version) wrong.push(`A client got version ${reported} of ${name}, and the trail has ${version}.`)
    }
  }
  return state
}

/** Maximum number of events printed of a history: the last ones show the contradiction. */
const maxShown = 12

/** Searches for an order of the events of each name. Returns, for each name without one, the part that has none. */
export const checkOrder = (events: readonly Event[]): string[] =>
  [...Map.groupBy(events, ({ name }) => name)].flatMap(([name, own]) => {
    if (linearize(own).ok) return []
    const lines = shrink(own).map(eventLine)
    const before = lines.length > maxShown ? `, after ${lines.length - maxShown} more changes` : ''
    return [`The answers about ${name} fit no order${before}:\n  ${lines.slice(-maxShown).join('\n  ')}`]
  })

const allRows = async (calls: Calls): Promise<{ items: { name: string; version: number }[]; total: number }> => {
  const items: { name: string; version: number }[] = []
  for (let after = ''; ; ) {
    const { json } = answered(await calls.list(`?limit=5${after}`))
    for (const { name, version } of rowsIn(json)) items.push({ name: String(name), version: Number(version) })
    if (typeof json.nextPage !== 'string') return { items, total: Number(json.total) }
    after = `&after=${json.nextPage}`
  }
}

const recordsIn = (text: string): AuditRecord[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('{"seq"'))
    .map((line) => JSON.parse(line))

const answered = (answer: Answer) => {
  if (answer.kind === 'answered' && answer.status === 200) return answer
  throw new Error(`A server without a fault answered ${describe(answer)}.`)
}

const textOf = (answer: Answer): string => answered(answer).text

const byCodePoint = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
