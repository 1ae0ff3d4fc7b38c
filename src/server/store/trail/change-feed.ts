import type { Kysely, Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { publisher } from '#server/store/db/transactions.ts'
import type { AuditEvent } from '#server/store/trail/audit-event.ts'
import type { AuditAction } from '#shared/audit/audit-record.ts'
import { type Scope, type ScopeKind, scopeKinds } from '#shared/scope.ts'

/**
 * A committed change. Without an action, anything in the team may have changed; without a team, anything in any team.
 */
export type StoreChange = { teamId?: string; action?: AuditAction; scope?: Scope }

type ChangeListener = (change: StoreChange) => void

/** The PostgreSQL channel for changes, which all nodes listen to. */
export const changeChannel = 'gradient_changes'

/** Listens to a channel of the database: receives the messages of all processes, including this one. */
export type Listen = (
  channel: string,
  hear: {
    message(text: string): void
    /** No message is missed from now on. Some may have been missed since the last `down`. */
    up(): void
    down(): void
  },
) => { close(): Promise<void> }

/** How changes of other processes arrive: as messages, or by polling the trails of a database without messages. */
export type ChangeSource = Listen | 'trails'

/** Milliseconds between polls of the trails, while there are listeners and no messages. */
const pollInterval = 1000
/** PostgreSQL accepts up to 8,000 bytes. */
const longestMessage = 7000

/** Announces changes. `message` returns the notification for other processes, if there is one to send. */
export type ChangeAnnouncer = {
  message(teamId: string, events: readonly AuditEvent[]): string | undefined
  inProcess(trx: Transaction<Schema>, teamId: string, events: readonly AuditEvent[]): void
}

/** Notifies listeners of changes. */
export type ChangeFeed = ChangeAnnouncer & {
  /**
   * Calls the listener with each change of any process, until the returned function is called. Reads by workloads
   * do not count as changes.
   */
  changes(listener: ChangeListener): () => void
  close(): Promise<void>
}

/** Creates the feed of committed changes: of this process, and on PostgreSQL of all processes. */
export const changeFeed = (db: Kysely<Schema>, kind: DatabaseKind, source: ChangeSource = 'trails'): ChangeFeed => {
  const listeners = new Set<ChangeListener>()
  const notify = (change: StoreChange) => {
    for (const listener of listeners) listener(change)
  }
  const publish = publisher(notify)
  const polling = pollTrails(db, notify, source === 'trails')
  let subscription: { close(): Promise<void> } | undefined
  let isUp = false

  const start = () => {
    if (kind === 'sqlite') return
    if (!isUp) polling.start()
    if (source === 'trails' || subscription) return
    subscription = source(changeChannel, {
      message: (text) => {
        for (const change of changesIn(text)) notify(change)
      },
      up: () => {
        isUp = true
        polling.stop()
        notify({})
      },
      down: () => {
        isUp = false
        if (listeners.size > 0) polling.start()
      },
    })
  }

  return {
    changes: (listener) => {
      listeners.add(listener)
      if (listeners.size === 1) start()
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) polling.stop()
      }
    },
    message: (teamId, events) => (kind === 'sqlite' || source === 'trails' ? undefined : messageOf(teamId, events)),
    inProcess: (trx, teamId, events) => {
      if (kind !== 'sqlite' || listeners.size === 0) return
      for (const { action, scope } of announced(teamId, events)) {
        publish(trx, { teamId, action, ...(scope ? { scope } : {}) })
      }
    },
    close: async () => {
      listeners.clear()
      polling.stop()
      await subscription?.close()
    },
  }
}

/** Leaves out reads by workloads, which are frequent and change no list, and the trail of no team. */
const announced = (teamId: string, events: readonly AuditEvent[]): readonly AuditEvent[] =>
  teamId === '' ? [] : events.filter(({ action }) => action !== 'workload.resolve')

type MessagePart = [action: AuditAction, kind?: ScopeKind, id?: string]

const messageOf = (teamId: string, events: readonly AuditEvent[]): string | undefined => {
  const parts = announced(teamId, events).map(
    ({ action, scope }): MessagePart => (scope ? [action, scope.kind, scope.id] : [action]),
  )
  if (parts.length === 0) return undefined
  const text = JSON.stringify([teamId, ...parts])
  return text.length > longestMessage ? JSON.stringify([teamId]) : text
}

/** Parses a message. A message of another release in another format means that anything may have changed. */
const changesIn = (text: string): StoreChange[] => {
  try {
    const [teamId, ...parts]: [string, ...MessagePart[]] = JSON.parse(text)
    if (parts.length === 0) return [{ teamId }]
    return parts.map(([action, kind, id]) => {
      const scope = kind && id && scopeKinds.includes(kind) ? { kind, id } : undefined
      return { teamId, action, ...(scope ? { scope } : {}) }
    })
  } catch {
    return [{}]
  }
}

/**
 * Polls the heads of the trails and reports the teams whose head moved. With `alone`, the first poll reports that
 * changes may have been missed before it.
 */
const pollTrails = (db: Kysely<Schema>, notify: (change: StoreChange) => void, alone: boolean) => {
  let heads: Map<string, number> | undefined
  let timer: ReturnType<typeof setInterval> | undefined
  let busy = false

  const poll = async (): Promise<void> => {
    if (busy) return
    busy = true
    try {
      const rows = await db.selectFrom('audit_head').select(['team_id', 'seq']).where('team_id', '<>', '').execute()
      const before = heads
      heads = new Map(rows.map(({ team_id, seq }) => [team_id, seq]))
      if (timer === undefined) return
      if (!before) {
        if (alone) notify({})
        return
      }
      for (const [teamId, seq] of heads) if (before.get(teamId) !== seq) notify({ teamId })
    } catch {
      // The database is unreachable. The next successful poll reports the changes.
    } finally {
      busy = false
    }
  }

  return {
    start: () => {
      if (timer !== undefined) return
      timer = setInterval(() => void poll(), pollInterval)
      void poll()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
      heads = undefined
    },
  }
}
