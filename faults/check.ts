import { verifyExport } from '#server/testing/verify-export-file.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import { type Event, eventLine, isChange, isDone, isUnknown } from './history.ts'
import type { Calls } from './installation.ts'
import { linearize, shrink } from './linearizable.ts'
import type { Notes } from './load.ts'
import { describe, resolvedValues, rowsIn } from './outcomes.ts'
import type { Answer } from './wire.ts'

/** What a name holds by the trail: its version, and the values that the change it was made by may have stored. */
type Replayed = { version: number; values: ReadonlySet<string> }

/**
 * Holds what a server stores against what its clients know, and returns what does not agree, in sentences. The clients
 * have ended, and so has everything that they asked for.
 */
export const checkStored = async (calls: Calls, notes: Notes): Promise<string[]> => {
  const wrong: string[] = []
  const [key, trail] = [await calls.get('/v1/audit/key'), await calls.get('/v1/audit/export')]
  const verdict = await verifyExport(textOf(trail), textOf(key))
  if (!verdict.ok) return [`The audit trail does not verify: ${verdict.message}`]
  const records = recordsIn(textOf(trail))
  const { changes, problems } = matchTrail(records, notes)
  wrong.push(...problems)
  const replayed = replay(changes, wrong)

  const rows = await allRows(calls)
  const names = rows.items.map(({ name }) => name)
  if (rows.total !== names.length) wrong.push(`A list of ${names.length} names says that it has ${rows.total}.`)
  if (names.join() !== [...replayed.keys()].sort(byCodePoint).join())
    wrong.push(`The list has ${names.join(' ')}, and by the trail there are ${[...replayed.keys()].join(' ')}.`)
  for (const { name, version } of rows.items) {
    const by = replayed.get(name)?.version
    if (by !== version) wrong.push(`The list has ${name} in version ${version}, and by the trail it is ${by}.`)
  }

  const resolved = await calls.resolve({ all: true })
  const values = resolvedValues(answered(resolved).json)
  if (values.size !== names.length) wrong.push(`Of ${names.length} names, ${values.size} have a value.`)
  for (const [name, { value, version }] of values) {
    const by = replayed.get(name)
    if (!by?.values.has(value)) wrong.push(`${name} has a value that was not stored last.`)
    if (by?.version !== version)
      wrong.push(`${name} resolves in version ${version}, and by the trail it is ${by?.version}.`)
  }
  return wrong
}

/** A change by the trail, with those that clients know of it. */
type Change = { name: string; action: string; events: readonly Event[] }

/**
 * Finds for each record of a change whose it is: by the request's id where the change was acknowledged, else one of those
 * of the same name that nobody answered.
 */
const matchTrail = (records: readonly AuditRecord[], { events, idle, resolved }: Notes) => {
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
    // Clients change what is in the project; whatever is done elsewhere has checks of its own.
    if (name === null || scope?.kind !== 'project' || !changing.has(action)) continue
    const event = done.get(requestId ?? '')
    if (idle.has(requestId ?? '')) problems.push(`A request that changed nothing is on record as ${action} of ${name}.`)
    if (event) {
      if (!unmatched.delete(event.requestId)) problems.push(`${action} of ${name} is on record twice.`)
      if (event.name !== name || actionOf(event) !== action)
        problems.push(`On record is ${action} of ${name} for ${eventLine(event)}.`)
      changes.push({ name, action, events: [event] })
    } else {
      const kind = `${action === 'secret.delete' ? 'delete' : 'write'} ${name}`
      const used = (opened.get(kind) ?? 0) + 1
      opened.set(kind, used)
      const known = open.get(kind) ?? []
      if (used > known.length) problems.push(`${action} of ${name} is on record, and nobody asked for it.`)
      changes.push({ name, action, events: known })
    }
  }
  for (const id of unmatched) problems.push(`Acknowledged, and not on record: ${eventLine(done.get(id) as Event)}`)
  if (unresolved.size > 0) problems.push(`${unresolved.size} resolves gave values away and are not on record.`)
  return { changes, problems }
}

const changing = new Set<string>(['secret.set', 'secret.edit', 'secret.delete'])

const actionOf = ({ act }: Event): string => {
  if (act.kind !== 'write') return 'secret.delete'
  return typeof act.outcome === 'object' && act.outcome.created ? 'secret.set' : 'secret.edit'
}

/** Goes through the changes in the order of the trail, and returns what each name holds at its end. */
const replay = (changes: readonly Change[], wrong: string[]): Map<string, Replayed> => {
  const held = new Map<string, Replayed>()
  for (const { name, action, events } of changes) {
    const before = held.get(name)
    if ((action === 'secret.set') !== !before) wrong.push(`${action} of ${name} is on record where it cannot be.`)
    if (action === 'secret.delete') {
      held.delete(name)
      continue
    }
    const version = (before?.version ?? 0) + 1
    const values = events.flatMap(({ act }) => (act.kind === 'write' ? [act.value] : []))
    held.set(name, { version, values: new Set(values) })
    const [event] = events
    if (event && isDone(event) && event.act.kind === 'write' && typeof event.act.outcome === 'object') {
      const told = event.act.outcome.version
      if (told !== version)
        wrong.push(`A client was told version ${told} of ${name}, and by the trail it is ${version}.`)
    }
  }
  return held
}

/** Most events that are printed of a history: the last of them show what does not fit. */
const mostShown = 12

/** Looks for an order of what happened to each name; returns, for each without one, the part that has none. */
export const checkOrder = (events: readonly Event[]): string[] =>
  [...Map.groupBy(events, ({ name }) => name)].flatMap(([name, own]) => {
    if (linearize(own).ok) return []
    const lines = shrink(own).map(eventLine)
    const before = lines.length > mostShown ? `, after ${lines.length - mostShown} more changes` : ''
    return [`What clients saw of ${name} fits no order${before}:\n  ${lines.slice(-mostShown).join('\n  ')}`]
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
  throw new Error(`A server without any fault answered ${describe(answer)}.`)
}

const textOf = (answer: Answer): string => answered(answer).text

const byCodePoint = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
