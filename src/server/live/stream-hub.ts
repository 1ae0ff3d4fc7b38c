import type { Deps } from '#server/deps.ts'
import { endedForTeam, missingFactor, permissionFailure, selectTeam } from '#server/http/authorize.ts'
import { isLimited, visibilityIn } from '#server/http/key-limits.ts'
import type { Principal } from '#server/identity/identity.ts'
import type { StoreChange } from '#server/store/trail/change-feed.ts'
import { Failure } from '#shared/failure.ts'
import type { ChangeKind, ChangeNotice } from '#shared/notice.ts'
import type { Permission } from '#shared/people/role.ts'
import type { Team } from '#shared/people/session.ts'
import { noticeRules, type ScopeVisibility, scopeVisibility } from './change-notice.ts'
import { createEventStream, type EventStream, type StreamLimits, streamLimits } from './event-stream.ts'

/** A request for a stream. `authenticate` checks the session or key again. */
type StreamRequest = {
  principal: Principal
  team: Team
  authenticate(): Promise<Principal | undefined>
  closeConnection(): void
}

type Reader = StreamRequest & {
  stream: EventStream
  /** The number of changes before the stream was opened, which are not sent to it. */
  after: number
  checkedAt: number
  missedBeats: number
}

type Collected = { change: StoreChange; count: number }

const needed: Record<Exclude<ChangeKind, 'anything'>, Permission> = {
  secrets: 'seeNames',
  scopes: 'seeNames',
  keys: 'makeKeys',
  members: 'seeMembers',
  audit: 'seeAudit',
}

/** After this many heartbeats that were not read, the client counts as gone. */
const maxMissedBeats = 3
/** Maximum number of collected changes. With more, readers get one notice: anything may have changed. */
const maxCollected = 1000
const checksAtOnce = 16
const anything = JSON.stringify({} satisfies StoreChange)

/** Creates the hub of a process's open streams. Sends each reader the notices of what they may see. */
export const createStreamHub = (deps: Pick<Deps, 'store' | 'now' | 'stopping' | 'streamLimits' | 'log'>) => {
  const { store, now, stopping, log } = deps
  const limits: StreamLimits = { ...streamLimits, ...deps.streamLimits }
  const readers = new Set<Reader>()
  let collected = new Map<string, Collected>()
  let count = 0
  let collecting: ReturnType<typeof setTimeout> | undefined
  let beating: ReturnType<typeof setInterval> | undefined
  let unsubscribe: (() => void) | undefined

  /** Ignores `UNAVAILABLE`: while the database is away, streams stay open, and get a notice once it is back. */
  const unlessUnavailable = (error: unknown): void => {
    if (!(error instanceof Failure && error.code === 'UNAVAILABLE')) log.error(error, { requestId: 'streams' })
  }

  /** Ends the stream of a reader who has no access to the team any more. */
  const check = async (reader: Reader): Promise<void> => {
    try {
      const principal = await reader.authenticate()
      if (!principal) return reader.stream.end()
      const team = selectTeam(principal.teams, reader.team.id)
      const refused =
        missingFactor(principal, team) ??
        endedForTeam(principal, team, now()) ??
        permissionFailure(principal, team, 'seeNames')
      if (refused) return reader.stream.end()
      Object.assign(reader, { principal, team, checkedAt: now() })
    } catch (error) {
      if (error instanceof Failure && error.code !== 'UNAVAILABLE') reader.stream.end()
      else unlessUnavailable(error)
    }
  }

  const checkAll = async (some: readonly Reader[]): Promise<void> => {
    for (let start = 0; start < some.length; start += checksAtOnce) {
      await Promise.all(some.slice(start, start + checksAtOnce).map(check))
    }
  }

  const notifyAll = async (all: readonly Collected[]): Promise<void> => {
    const readersOf = ({ change: { teamId }, count }: Collected) =>
      [...readers].filter(({ team, after }) => after < count && (teamId === undefined || team.id === teamId))
    // Before sending: readers who have lost access must not get these notices.
    const ending = all.filter(({ change: { action } }) => !action || noticeRules[action]?.endsAccess)
    await checkAll([...new Set(ending.flatMap(readersOf))])
    const seen = scopeVisibility(store)
    for (const one of all) for (const reader of readersOf(one)) await notify(reader, one.change, seen)
  }

  const collect = (change: StoreChange): void => {
    if (collected.size >= maxCollected) collected = new Map([[anything, { change: {}, count }]])
    count++
    const known = collected.get(anything)
    if (known) known.count = count
    else collected.set(JSON.stringify(change), { change, count })
    collecting ??= setTimeout(() => {
      const changes = [...collected.values()]
      collected = new Map()
      collecting = undefined
      notifyAll(changes).catch(unlessUnavailable)
    }, limits.gatherFor)
  }

  const beat = (): void => {
    const at = now()
    const unchecked: Reader[] = []
    for (const reader of readers) {
      reader.missedBeats = reader.stream.beat() ? 0 : reader.missedBeats + 1
      if (reader.missedBeats >= maxMissedBeats) {
        reader.stream.drop()
        reader.closeConnection()
      } else if (Math.abs(at - reader.checkedAt) >= limits.checkEvery) unchecked.push(reader)
    }
    checkAll(unchecked).catch(unlessUnavailable)
  }

  const join = (reader: Reader): void => {
    readers.add(reader)
    beating ??= setInterval(beat, limits.beatEvery)
    unsubscribe ??= store.changes(collect)
  }

  const leave = (reader: Reader): void => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(beating)
    beating = undefined
    clearTimeout(collecting)
    collecting = undefined
    collected.clear()
    unsubscribe?.()
    unsubscribe = undefined
  }

  stopping?.addEventListener('abort', () => {
    for (const { stream } of readers) stream.end()
  })

  const refuseTooMany = ({ principal, team }: StreamRequest): void => {
    const all = [...readers]
    const full =
      all.length >= limits.ofAll ||
      all.filter((reader) => reader.team.id === team.id).length >= limits.ofTeam ||
      all.filter((reader) => reader.principal.user.id === principal.user.id).length >= limits.ofPerson
    if (full) throw tooMany()
  }

  return {
    /** Opens a stream. Throws `TOO_MANY_REQUESTS` when too many are open. */
    open: (arrived: StreamRequest): ReadableStream<Uint8Array> => {
      if (stopping?.aborted) throw isStopping()
      refuseTooMany(arrived)
      const stream = createEventStream(() => leave(reader))
      const reader: Reader = { ...arrived, stream, after: count, checkedAt: now(), missedBeats: 0 }
      join(reader)
      return stream.body
    },
  }
}

const notify = async (
  { principal, team, stream }: Reader,
  { action, scope }: StoreChange,
  seen: ScopeVisibility,
): Promise<void> => {
  const send = (notice: ChangeNotice) => stream.send(JSON.stringify(notice))
  const may = (permission: Permission) => permissionFailure(principal, team, permission) === undefined
  // A server of a later version may record other actions.
  const rule = action && noticeRules[action]
  if (!rule) return send({ kind: 'anything' })
  const where = rule.omitsScope ? undefined : scope
  // When the database is away, the notice must not name a scope that the reader may not see.
  const sees = where ? await seen(team.id, where, visibilityIn(team, principal)).catch(() => undefined) : true
  if (sees === undefined) return send({ kind: 'anything' })
  if (sees && may(needed[rule.kind])) {
    return send({ kind: rule.kind, ...(where ? { scope: { kind: where.kind, id: where.id } } : {}) })
  }
  // The audit trail lists every action, also in scopes that its readers may not see.
  if (may('seeAudit') && !(principal.key && isLimited(principal.key))) send({ kind: 'audit' })
}

const tooMany = () =>
  new Failure(
    'TOO_MANY_REQUESTS',
    'Too many pages are being kept up to date. Close some, or reload to see what is new.',
    {
      retryAfter: 60,
    },
  )

const isStopping = () =>
  new Failure('UNAVAILABLE', 'The server is being stopped. Try again in a moment.', { retryAfter: 1 })
