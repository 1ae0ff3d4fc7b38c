import type { Deps } from '#server/deps.ts'
import { permissionFailure, selectTeam } from '#server/http/authorize.ts'
import { isLimited, visibilityIn } from '#server/http/key-limits.ts'
import type { Principal } from '#server/identity/identity.ts'
import type { Change } from '#server/store/trail/notices.ts'
import { Failure } from '#shared/failure.ts'
import type { ChangeKind, ChangeNotice } from '#shared/notice.ts'
import type { Permission } from '#shared/people/role.ts'
import type { Team } from '#shared/people/session.ts'
import { noticeRules, type ScopeVisibility, scopeVisibility } from './change-notice.ts'
import { type EventStream, openEventStream, type StreamLimits, streamLimits } from './event-stream.ts'

/** Who asks for a stream. `authenticate` tells anew who they are, `closeConnection` ends their connection. */
export type StreamRequest = {
  principal: Principal
  team: Team
  authenticate(): Promise<Principal | undefined>
  closeConnection(): void
}

type Reader = StreamRequest & {
  stream: EventStream
  /** How many changes had been gathered when it was opened: those are nothing new to it. */
  after: number
  checkedAt: number
  missedBeats: number
}

type Gathered = { change: Change; count: number }

const needed: Record<Exclude<ChangeKind, 'anything'>, Permission> = {
  secrets: 'seeNames',
  scopes: 'seeNames',
  keys: 'makeKeys',
  members: 'seeMembers',
  audit: 'seeAudit',
}

/** After so many times that nothing of a stream was read, its reader counts as gone. */
const mostMissedBeats = 3
/** More changes than these at once are one: that anything may have changed. */
const mostGathered = 1000
const checksAtOnce = 16
const anything = JSON.stringify({} satisfies Change)

/** Keeps the open streams of a process, and tells each what its reader may see. */
export const createStreamHub = (deps: Pick<Deps, 'store' | 'now' | 'stopping' | 'streamLimits' | 'log'>) => {
  const { store, now, stopping, log } = deps
  const limits: StreamLimits = { ...streamLimits, ...deps.streamLimits }
  const readers = new Set<Reader>()
  let gathered = new Map<string, Gathered>()
  let count = 0
  let gathering: ReturnType<typeof setTimeout> | undefined
  let beating: ReturnType<typeof setInterval> | undefined
  let unsubscribe: (() => void) | undefined

  /** While the database is away, streams stay as they are: they are told once it is back. */
  const unlessAway = (error: unknown): void => {
    if (!(error instanceof Failure && error.code === 'UNAVAILABLE')) log.error(error, { requestId: 'streams' })
  }

  /** Ends the stream of somebody who may not hear of the team any more. */
  const check = async (reader: Reader): Promise<void> => {
    try {
      const principal = await reader.authenticate()
      if (!principal) return reader.stream.end()
      const team = selectTeam(principal.teams, reader.team.id)
      if (permissionFailure(principal, team, 'seeNames')) return reader.stream.end()
      Object.assign(reader, { principal, team, checkedAt: now() })
    } catch (error) {
      if (error instanceof Failure && error.code !== 'UNAVAILABLE') reader.stream.end()
      else unlessAway(error)
    }
  }

  const checkAll = async (some: readonly Reader[]): Promise<void> => {
    for (let start = 0; start < some.length; start += checksAtOnce) {
      await Promise.all(some.slice(start, start + checksAtOnce).map(check))
    }
  }

  const tellAll = async (all: readonly Gathered[]): Promise<void> => {
    const concerned = ({ change: { teamId }, count }: Gathered) =>
      [...readers].filter(({ team, after }) => after < count && (teamId === undefined || team.id === teamId))
    // Whoever has lost the right to hear of it must not hear of this any more.
    const ending = all.filter(({ change: { action } }) => !action || noticeRules[action]?.endsAccess)
    await checkAll([...new Set(ending.flatMap(concerned))])
    const seen = scopeVisibility(store)
    for (const one of all) for (const reader of concerned(one)) await tell(reader, one.change, seen)
  }

  const gather = (change: Change): void => {
    if (gathered.size >= mostGathered) gathered = new Map([[anything, { change: {}, count }]])
    count++
    const known = gathered.get(anything)
    if (known) known.count = count
    else gathered.set(JSON.stringify(change), { change, count })
    gathering ??= setTimeout(() => {
      const changes = [...gathered.values()]
      gathered = new Map()
      gathering = undefined
      tellAll(changes).catch(unlessAway)
    }, limits.gatherFor)
  }

  const beat = (): void => {
    const at = now()
    const due: Reader[] = []
    for (const reader of readers) {
      reader.missedBeats = reader.stream.beat() ? 0 : reader.missedBeats + 1
      if (reader.missedBeats >= mostMissedBeats) {
        reader.stream.drop()
        reader.closeConnection()
      } else if (Math.abs(at - reader.checkedAt) >= limits.checkEvery) due.push(reader)
    }
    checkAll(due).catch(unlessAway)
  }

  const join = (reader: Reader): void => {
    readers.add(reader)
    beating ??= setInterval(beat, limits.beatEvery)
    unsubscribe ??= store.changes(gather)
  }

  const leave = (reader: Reader): void => {
    readers.delete(reader)
    if (readers.size > 0) return
    clearInterval(beating)
    beating = undefined
    clearTimeout(gathering)
    gathering = undefined
    gathered.clear()
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
    /** Opens a stream for somebody who may hear of a team; `TOO_MANY_REQUESTS` when too many are open. */
    open: (arrived: StreamRequest): ReadableStream<Uint8Array> => {
      if (stopping?.aborted) throw isStopping()
      refuseTooMany(arrived)
      const stream = openEventStream(() => leave(reader))
      const reader: Reader = { ...arrived, stream, after: count, checkedAt: now(), missedBeats: 0 }
      join(reader)
      return stream.body
    },
  }
}

const tell = async (
  { principal, team, stream }: Reader,
  { action, scope }: Change,
  seen: ScopeVisibility,
): Promise<void> => {
  const send = (notice: ChangeNotice) => stream.send(JSON.stringify(notice))
  const may = (permission: Permission) => permissionFailure(principal, team, permission) === undefined
  // An action of a later version is not known here.
  const told = action && noticeRules[action]
  if (!told) return send({ kind: 'anything' })
  const where = told.nowhere ? undefined : scope
  // That anything may have changed tells nothing of a place that the database cannot say anything about now.
  const sees = where ? await seen(team.id, where, visibilityIn(team, principal)).catch(() => undefined) : true
  if (sees === undefined) return send({ kind: 'anything' })
  if (sees && may(needed[told.kind])) {
    return send({ kind: told.kind, ...(where ? { scope: { kind: where.kind, id: where.id } } : {}) })
  }
  // The trail tells of everything, also to those who may not see the place itself.
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
